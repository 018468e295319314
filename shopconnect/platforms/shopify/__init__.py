"""Shopify's face: its admin, its app proxy, its web pixel."""
