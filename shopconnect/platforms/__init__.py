"""The face of each platform, a folder each."""
