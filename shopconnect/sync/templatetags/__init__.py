"""Template tags of the sync room."""
