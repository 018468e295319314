"""The invented shop, drawn from a seed."""
