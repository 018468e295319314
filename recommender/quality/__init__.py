"""Whether a shop's data is good enough for each kind of advice, and what would make it so."""
