"""Shopify: its Admin API, its webhooks and signatures, and what is installed on its side."""
