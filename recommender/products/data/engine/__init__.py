"""The mathematics of reading a shop: arrays in, arrays out."""
