"""What the system costs and how good it is: bench and evaluate."""
