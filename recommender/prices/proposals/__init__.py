"""Proposals of prices: made each night, decided on by the merchant, written, watched, and rolled back."""
