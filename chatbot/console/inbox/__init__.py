"""Where staff see who waits for a person, and answer."""
