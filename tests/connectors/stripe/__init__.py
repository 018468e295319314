"""Stripe’s billing, against a double that Stripe’s own library describes."""
