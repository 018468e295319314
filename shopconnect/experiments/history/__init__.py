"""The comparison over time: its days, and how the page of results shows them."""
