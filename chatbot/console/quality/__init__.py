"""How good the assistant and the team are, by day: counts without persons, which stay when conversations go."""
