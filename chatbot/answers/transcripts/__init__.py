"""Conversations: their messages as rows, as staff and shoppers see them, and as they move with a shop."""
