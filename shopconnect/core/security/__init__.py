"""Secrets at rest, and the register of personal data."""
