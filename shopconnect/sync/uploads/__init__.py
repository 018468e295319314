"""Files that a merchant brings in through the browser: sent in chunks, checked, brought in, removed."""
