"""The comparison, and the use of shelves, over time: their days, and how the pages of results and home show them."""
