"""Pages of people: their own account, the members of a shop, the tokens of their programs."""
