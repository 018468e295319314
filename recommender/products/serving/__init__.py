"""Answering shoppers from what was fitted: one snapshot a request, candidates, ranking, reasons."""
