"""Commands of the widgets room."""
