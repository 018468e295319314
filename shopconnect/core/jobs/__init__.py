"""Work in the background: rows are the truth, the broker is a hint."""
