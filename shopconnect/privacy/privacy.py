"""Personal data of this room."""
