"""Tokens as an install keeps them: one text, so that a pair is never half new."""

import json

from shopconnect.connectors.base import Tokens
from shopconnect.core.clock import read_time, write_time


def write_tokens(tokens: Tokens) -> str:
    """Return tokens as one text, the same each time."""
    ends, refresh_ends = tokens.expires_at, tokens.refresh_expires_at
    return json.dumps(
        {
            "access": tokens.access,
            "secret": tokens.secret,
            "scopes": tokens.scopes,
            "expires_at": write_time(ends) if ends else None,
            "refresh": tokens.refresh,
            "refresh_expires_at": write_time(refresh_ends) if refresh_ends else None,
        }
    )


def read_tokens(text: str) -> Tokens:
    """Return what was written."""
    found = json.loads(text)
    times = {name: read_time(found[name]) if found[name] else None for name in ("expires_at", "refresh_expires_at")}
    return Tokens(
        access=found["access"], secret=found["secret"], scopes=tuple(found["scopes"]), refresh=found["refresh"], **times
    )
