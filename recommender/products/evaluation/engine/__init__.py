"""The mathematics of measuring: arrays in, figures out."""
