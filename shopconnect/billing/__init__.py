"""Plans, what was used of them, and where they are paid."""
