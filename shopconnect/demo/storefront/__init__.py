"""A shop front for the invented shop, where the widgets live; served in the demo and in tests only."""
