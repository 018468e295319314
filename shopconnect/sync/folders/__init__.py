"""A shop as a folder of files: brought in, and taken out."""
