"""The merchant's pages of suggestions: what shoppers see and why, the rules, and tests of either."""
