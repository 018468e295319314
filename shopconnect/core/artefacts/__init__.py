"""What workers learnt and web processes serve: immutable folders of arrays."""
