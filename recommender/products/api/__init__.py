"""The REST views of the room."""
