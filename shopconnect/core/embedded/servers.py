"""The two embedded servers under one name, for the keeper and for tests."""

from shopconnect.core.embedded.places import SetupProblem
from shopconnect.core.embedded.postgres import DatabaseUrls, PostgresServer, start_postgres
from shopconnect.core.embedded.redis import RedisServer, start_redis

__all__ = ["DatabaseUrls", "PostgresServer", "RedisServer", "SetupProblem", "start_postgres", "start_redis"]
