"""The mathematics of rules: who is out, who is lifted, who is pinned."""
