"""What is remembered for a while, in Redis and in this process."""
