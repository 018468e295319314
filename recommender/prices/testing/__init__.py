"""Price tests over time: two prices take turns, and blocks of days are compared."""
