"""The snippet on a shop's pages, and the base and registry of every endpoint that shoppers reach."""
