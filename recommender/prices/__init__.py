"""Prices: which one a product should have, and changing it on the shop's platform."""
