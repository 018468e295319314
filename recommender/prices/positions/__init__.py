"""Where a product's price stands: beside a competitor's, and within its family."""
