"""What comparisons and tests say, in sentences."""
