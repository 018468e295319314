"""Long stories, run by `make soak`."""
