"""Logs, metrics, health and progress."""
