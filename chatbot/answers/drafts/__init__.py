"""What a merchant writes: a draft of each answer, tried, published as a version, and undone."""
