"""Reading a shop for learning: history, features, and the snapshot of its catalogue."""
