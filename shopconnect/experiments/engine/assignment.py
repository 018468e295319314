"""Who is in which arm: a hash under a secret of the shop decides, so nobody needs to be remembered or can choose."""

from hashlib import blake2b

_WHOLE = 1 << 64


def place_of(secret: str, salt: str, unit: str) -> float:
    """Return where a unit (a visitor, or a page on a day) stands in [0, 1) of an experiment, for ever the same.

    Places are uniform, and those of two secrets or salts are independent (BLAKE2b keyed with both, RFC 7693), so who is
    in which arm of one experiment says nothing about the next, and nobody knows it who lacks the shop's secret.
    """
    digest = blake2b(unit.encode(), digest_size=8, key=f"{secret} {salt}".encode()[:64]).digest()
    # A double rounds the greatest of these 64 bits up to 1.0, for one unit in 2^54.
    return int.from_bytes(digest, "big") / _WHOLE
