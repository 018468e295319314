"""Slow bodies and held threads: the site goes on, on a real web server."""

import http.client
import os
import select
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO

import pytest
from django.test import RequestFactory

from shopconnect.core.web.bodies import BodyLimits
from shopconnect.embedded.places import free_port, wait_until
from shopconnect.embedded.process import Process
from shopconnect.embedded.ready import web_answers
from tests.servers import ROOT
from tests.waiting import PATIENCE_SECONDS

THREADS, AT_ONCE = 8, 4
PIECE = b"POST /hooks/shopify HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: %s\r\nContent-Length: 100\r\n\r\n{"


@dataclass(frozen=True)
class Web:
    port: int
    health_port: int

    def get(self, path: str, port: int | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE_SECONDS)
        connection.request("GET", path, headers={"Host": "localhost"})
        return connection.getresponse().status

    def send(self, request: bytes) -> socket.socket:
        sent = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS)
        sent.sendall(request)
        return sent


@pytest.fixture
def web(db, tmp_path) -> Iterator[Web]:
    found = Web(free_port(), free_port())
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shopconnect.settings",
        "BEHIND_PROXY": "1",
        "BODIES_AT_ONCE": str(AT_ONCE),
        "HEALTH_ADDRESS": f"127.0.0.1:{found.health_port}",
    }
    server = (sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(found.port))
    threads = ("--blocking-threads", str(THREADS), "shopconnect.wsgi:application")
    process = Process("web", (*server, *threads), log=tmp_path / "log" / "web.log", env=environment, folder=ROOT)
    try:
        assert wait_until(lambda: web_answers(found.port), PATIENCE_SECONDS), process.last_lines()
        yield found
    finally:
        process.stop()


def answered(connections: list[socket.socket]) -> list[socket.socket]:
    return select.select(connections, [], [], 0)[0]


def comes_in(web: Web) -> bool:
    with web.send(PIECE % b"192.0.2.1" + b" " * 99) as sent:
        return status_of(sent) != 503


def status_of(connection: socket.socket) -> int:
    return int(connection.recv(100).split()[1])


def test_slow_bodies_hold_few_threads_and_one_network_half_of_those(web):
    networks = [b"192.0.2.1"] * THREADS + [b"192.0.2.2"] * THREADS + [b"192.0.2.3"] * THREADS
    with ExitStack() as stack:
        slow = [stack.enter_context(web.send(PIECE % network)) for network in networks]
        assert wait_until(lambda: len(answered(slow)) == len(slow) - AT_ONCE, PATIENCE_SECONDS)
        assert {status_of(one) for one in answered(slow)} == {503}
        assert [web.get("/healthz") for _ in range(THREADS)] == [200] * THREADS
        assert web.get("/healthz", web.health_port) == 200
    assert wait_until(lambda: comes_in(web), PATIENCE_SECONDS), "what ended holds nobody up"


def test_one_network_leaves_room_for_another(web):
    with ExitStack() as stack:
        slow = [stack.enter_context(web.send(PIECE % b"192.0.2.1")) for _ in range(THREADS)]
        assert wait_until(lambda: len(answered(slow)) == len(slow) - AT_ONCE // 2, PATIENCE_SECONDS)
        another = stack.enter_context(web.send(PIECE % b"192.0.2.2" + b" " * 99))
        assert status_of(another) != 503


def test_a_body_that_is_too_large_is_not_waited_for(web):
    with web.send((PIECE % b"192.0.2.1").replace(b"100", b"2000001")) as large:
        assert status_of(large) == 413


def test_nothing_that_is_answered_names_the_server_behind_it(web):
    for request in (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", PIECE.replace(b"100", b"2000001")):
        with web.send(request) as sent:
            said = b""
            while b"\r\n\r\n" not in said and (more := sent.recv(4_000)):
                said += more
            assert b"\r\nserver: ShopConnect\r\n" in said


def test_health_alone_answers_at_the_address_of_health(web):
    assert web.get("/healthz", web.health_port) == 200
    assert web.get("/readyz", web.health_port) in (200, 503)
    assert web.get("/metrics", web.health_port) == 404


class Stream(BytesIO):
    """A body that comes in once it may."""

    def __init__(self, may: threading.Event) -> None:
        super().__init__(b"x" * 9)
        self.may = may

    def read(self, *size: int) -> bytes:
        assert self.may.wait(PATIENCE_SECONDS)
        return super().read(*size)


def send_all(limits: BodyLimits, count: int, may: threading.Event, statuses: list[str]) -> list[threading.Thread]:
    def send() -> None:
        environ = RequestFactory().post("/").environ | {"CONTENT_LENGTH": "9", "wsgi.input": Stream(may)}
        limits(environ, lambda status, _: statuses.append(status))

    threads = [threading.Thread(target=send) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def answer(environ, start_response):
    start_response("200 OK", [])
    return [environ["wsgi.input"].read()]


def test_many_bodies_at_once_that_are_not_slow_all_come_in():
    may, statuses = threading.Event(), []
    limits = BodyLimits(answer, at_once=4, most_bytes=100, patience_seconds=PATIENCE_SECONDS)
    threads = send_all(limits, 40, may, statuses)
    may.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert statuses == ["200 OK"] * 40


def test_where_bodies_are_slow_the_next_is_refused_without_waiting():
    may, statuses = threading.Event(), []
    limits = BodyLimits(answer, at_once=4, most_bytes=100, patience_seconds=0.0)
    threads = send_all(limits, 10, may, statuses)
    assert wait_until(lambda: len(statuses) == 8, PATIENCE_SECONDS)
    may.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert sorted(statuses) == ["200 OK"] * 2 + ["503 Service Unavailable"] * 8
