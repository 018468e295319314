"""By what an order and the page of its checkout know each other: a digest of the token, as the web pixel makes it."""

_SEEDS, _PRIME, _MASK = (0x811C9DC5, 0x01000193, 0x9E3779B9), 0x01000193, 0xFFFFFFFF


def checkout_digest(token: str) -> str:
    """Return 24 hexadecimal digits (FNV-1a, three times) of a checkout's token, "" where Shopify names none."""
    return "".join(f"{_fnv1a(token, seed):08x}" for seed in _SEEDS) if token else ""


def _fnv1a(text: str, seed: int) -> int:
    digest = seed
    for letter in text:
        digest = (digest ^ ord(letter)) * _PRIME & _MASK
    return digest
