"""Filters that name people."""
