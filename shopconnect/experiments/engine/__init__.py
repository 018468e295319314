"""The mathematics of trials: assignment by hash, intervals that hold however often one looks, how long it takes."""
