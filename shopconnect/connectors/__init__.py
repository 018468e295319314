"""How to talk to each source of a shop's data: pure, without a database and without Django."""
