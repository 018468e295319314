"""Conversations as they move with a shop: a line of its folder, and back."""
