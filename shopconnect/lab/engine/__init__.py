"""The demo shop: an invented shop, its people and eighteen months of its trade, drawn from a seed."""
