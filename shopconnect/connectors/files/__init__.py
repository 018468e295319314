"""A shop as a folder of JSON Lines: reading it line by line, and writing it."""
