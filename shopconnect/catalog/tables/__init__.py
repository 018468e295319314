"""Tables of items that a merchant downloads, fills in and sends back."""
