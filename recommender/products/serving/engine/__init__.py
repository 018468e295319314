"""The mathematics of serving: numpy alone, for a shopper waits."""
