"""The REST doors of the room."""
