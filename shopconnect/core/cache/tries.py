"""Wrong tries, by whatever they are counted by: after too many nobody may try any more for a while."""

from collections.abc import Sequence

from shopconnect.core.cache.redis import client

# A key's time runs from its first try. Who is locked out of one counts under none: only tries that were let in do.
_TAKE = """
local taken = 1
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[1]) then taken = 0 end
end
if taken == 0 then return 0 end
for _, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, ARGV[2]) end
end
return 1
"""
_GIVE_BACK = """
for _, key in ipairs(KEYS) do
    if redis.call('EXISTS', key) == 1 then redis.call('DECR', key) end
end
"""


def take_try(keys: Sequence[str], most: int, seconds: int) -> bool:
    """Count one try under each key, and say whether it is let in: none is where `most` were taken under one of them.

    Each is forgotten `seconds` after the first under its key. Raises RedisError: what nobody can count, nobody may try.
    """
    return bool(client().eval(_TAKE, len(keys), *keys, str(most), str(seconds)))  # type: ignore[misc]


def give_back(keys: Sequence[str]) -> None:
    """Count a try no more: it was right. Raises RedisError."""
    client().eval(_GIVE_BACK, len(keys), *keys)
