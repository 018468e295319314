"""How much will be sold of what is in stock, when it runs out, and what to order."""
