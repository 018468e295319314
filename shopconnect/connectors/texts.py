"""Texts of ours in connectors: whoever shows one translates it, for connectors know no Django."""


def gettext_noop(text: str) -> str:
    """Mark a text for translation."""
    return text


# Why a price was not changed.
PRODUCT_GONE = gettext_noop("The product or its variant is no longer in the shop.")
OTHER_CURRENCY = gettext_noop("The shop’s currency has changed since.")
OTHER_PRICE = gettext_noop("The price was changed in the shop in the meantime.")
