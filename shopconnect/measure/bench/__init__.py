"""What a request costs, measured on the real servers against a yardstick of the same run."""
