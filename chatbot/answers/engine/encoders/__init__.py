"""Meaning: pretrained encoders of sentences, run by numpy, where their weights are installed."""
