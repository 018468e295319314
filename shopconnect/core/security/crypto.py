"""Secrets at rest: encryption under keys of their own, and keyed hashes to find what must not be readable."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from shopconnect.core import caches

CHECK_DIGITS = 8

_keys: dict[str, Sequence[str]] = {"field": (), "hash": ()}


class CannotDecrypt(RuntimeError):
    """No key in FIELD_KEYS opens this text: a key was removed before `rotate_keys` had run."""


def configure(field_keys: Sequence[str], hash_key: str) -> None:
    """Take the Fernet keys (the first encrypts, all decrypt) and the key of the hashes."""
    _keys["field"], _keys["hash"] = tuple(field_keys), (hash_key,)
    _fernet.cache_clear()


def encrypt(text: str) -> str:
    """Encrypt under the newest key."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt under whichever key fits; raises CannotDecrypt."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise CannotDecrypt("No key in FIELD_KEYS opens this: put the old key back, after the new one.") from error


def rotate(token: str) -> str:
    """Encrypt again under the newest key; raises CannotDecrypt."""
    return encrypt(decrypt(token))


def is_newest(token: str) -> bool:
    """Say whether the newest key opens this, so that it need not be encrypted again."""
    try:
        Fernet(_keys["field"][0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def keyed_hash(text: str) -> str:
    """Return 64 hexadecimal digits that only the holder of HASH_KEY can compute (HMAC-SHA-256)."""
    # In one call: an object that could be added to takes three times as long.
    return hmac.digest(_keys["hash"][0].encode(), text.encode(), "sha256").hex()


def person_key(email: str) -> str | None:
    """Return the keyed hash of a trimmed, lower-cased address, or None where there is none."""
    address = email.strip().lower()
    return keyed_hash(address) if address else None


def token_hash(token: str) -> str:
    """Return the SHA-256 of a random token: enough for what cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def random_token(length: int = 32) -> str:
    """Return a URL-safe random text of `length` bytes of chance."""
    return secrets.token_urlsafe(length)


def random_secret() -> str:
    """Return 32 hexadecimal digits of chance, to key a hash with."""
    return secrets.token_hex(16)


def prefixed_token(prefix: str) -> str:
    """Return a random text behind a prefix, which `is_prefixed_token` knows as one of ours without looking anywhere."""
    text = prefix + random_token(15)
    return text + keyed_hash(text)[:CHECK_DIGITS]


def is_prefixed_token(prefix: str, token: str) -> bool:
    """Say whether `prefixed_token` made this; a stranger's guess passes once in four thousand million."""
    text, sign = token[:-CHECK_DIGITS], token[-CHECK_DIGITS:]
    # In constant time, so that a guess is not told how much of it was right.
    return token.startswith(prefix) and hmac.compare_digest(keyed_hash(text)[:CHECK_DIGITS].encode(), sign.encode())


def random_public_id() -> int:
    """Return a random 63-bit number, what the outside world sees in place of a row's id."""
    return secrets.randbits(63)


@lru_cache(maxsize=1)
def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in _keys["field"]])


caches.register(_fernet.cache_clear)
