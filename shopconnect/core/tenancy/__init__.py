"""The walls between shops."""
