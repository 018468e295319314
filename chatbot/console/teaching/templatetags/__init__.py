"""Tags of teaching."""
