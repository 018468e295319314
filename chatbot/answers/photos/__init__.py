"""Photos that shoppers send to the team: read, written again without what lies beside the picture, and shown."""
