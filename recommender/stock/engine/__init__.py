"""The mathematics of demand: arrays in, arrays out."""
