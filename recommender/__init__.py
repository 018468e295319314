"""Advice: what to show, to whom, and why; numbers with their reasons."""
