"""Promotions: what a reduction may truthfully say, what a planned one would bring, and what it brought."""
