"""Where the system is tried and measured: the invented demo shop, loading, exporting, training, evaluating."""
