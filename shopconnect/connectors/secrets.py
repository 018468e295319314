"""Secrets of a shop that are kept nowhere: derived from a key of ours, the platform and the shop."""

from shopconnect.core.security.crypto import keyed_hash


def webhook_secret(platform: str, shop: str) -> str:
    """Return what a shop's webhooks are signed with, where each shop's are subscribed to by themselves.

    64 hexadecimal digits, an HMAC under HASH_KEY: the same each time, and another one for another shop.
    """
    return keyed_hash(f"webhooks:{platform}:{shop}")
