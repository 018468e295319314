"""What workers learnt and doors serve: immutable folders of arrays."""
