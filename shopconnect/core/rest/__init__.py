"""REST without a business word: who calls, how often, page by page, and how an error is said."""
