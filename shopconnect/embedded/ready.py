"""Whether the parts answer: the web server over HTTP, the workers through the broker."""

import http.client

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError


def web_answers(port: int) -> bool:
    """Whether the web process of a port of this machine is alive."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5.0)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def count_workers(redis_url: str, seconds: float = 1.0) -> int:
    """Return how many Celery nodes answer a call through the broker."""
    caller = Celery(broker=redis_url, set_as_current=False)
    try:
        return len(caller.control.ping(timeout=seconds) or [])
    except (OperationalError, RedisError, OSError):
        return 0
    finally:
        caller.close()
