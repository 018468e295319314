"""Files that a merchant brings in through the browser: sent in slices, checked, brought in, removed."""
