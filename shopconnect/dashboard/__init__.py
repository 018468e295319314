"""The merchant's home and set-up guide."""
