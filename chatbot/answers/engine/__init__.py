"""Pure retrieval: the entries of one language become arrays, a message becomes ranked candidates and a decision."""
