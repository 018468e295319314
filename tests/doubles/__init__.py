"""Platforms that obey their published rules, for tests and for showing the product without a store."""
