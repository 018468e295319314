"""The mathematics of prices: arrays in, arrays out."""
