"""The mathematics of experiments: assignment by hash, intervals that hold however often one looks, how long."""
