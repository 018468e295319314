"""Texts of ours in connectors: whoever shows one translates it, for connectors know no Django."""


def gettext_noop(text: str) -> str:
    """Mark a text for translation."""
    return text
