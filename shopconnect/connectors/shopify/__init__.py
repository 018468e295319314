"""Shopify: its Admin API, its hooks and signatures, and what is installed on its side."""
