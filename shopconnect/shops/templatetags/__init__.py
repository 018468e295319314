"""Words of the shops room for templates."""
