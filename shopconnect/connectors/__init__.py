"""How to talk to each source of a shop's facts: pure, without a database and without Django."""
