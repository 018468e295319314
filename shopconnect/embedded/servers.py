"""The two embedded servers under one name, for the server guard and for tests."""

from shopconnect.core.machine import SetupProblem
from shopconnect.embedded.postgres import DatabaseUrls, PostgresServer, start_postgres
from shopconnect.embedded.redis import RedisServer, start_redis

__all__ = ["DatabaseUrls", "PostgresServer", "RedisServer", "SetupProblem", "start_postgres", "start_redis"]
