"""The one way out: no private address however it is written, no strange redirect, no endless answer."""

import gzip
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from shopconnect.core import http
from shopconnect.core.tenancy.context import InScope, ShopId, entered

DRIP_SECONDS = 0.02


@pytest.fixture
def loopback_open():
    http.configure(allow_loopback=True)
    yield
    http.configure(allow_loopback=True)


@pytest.fixture
def loopback_shut():
    http.configure(allow_loopback=False)
    yield
    http.configure(allow_loopback=True)


@contextmanager
def server(respond, protocol="HTTP/1.0"):
    seen = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = protocol

        def answer(self):
            seen.append((self.command, self.path))
            respond(self)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_):
            """Say nothing."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}", seen
    finally:
        running.shutdown()
        running.server_close()


def body(status=200, content=b"ok", **headers):
    def respond(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return respond


def test_an_answer_comes_back_with_its_status_headers_and_body(loopback_open):
    with server(body(404, b"none", X_Kind="a")) as (url, seen):
        answer = http.call("GET", f"{url}/x", params={"q": "1"})
    assert (answer.status, answer.headers["x-kind"], answer.body, seen) == (404, "a", b"none", [("GET", "/x?q=1")])


def test_connections_are_kept_alive_and_nothing_else_is(loopback_open):
    connections, cookies = set(), []

    def respond(handler):
        connections.add(handler.client_address)
        cookies.append(handler.headers["Cookie"])
        handler.rfile.read(int(handler.headers["Content-Length"] or 0))
        body(Set_Cookie="of=another")(handler)

    with server(respond, protocol="HTTP/1.1") as (url, seen):
        for method in ("POST", "POST", "GET", "GET"):
            http.call(method, url, body=b"x" if method == "POST" else None)
    assert (len(seen), len(connections), cookies) == (4, 2, [None] * 4)  # what may be sent twice goes by itself


def test_who_did_not_read_to_the_end_leaves_no_connection_behind(loopback_open):
    connections = set()

    def respond(handler):
        connections.add(handler.client_address)
        body(content=b"x" * 200_000)(handler)

    with server(respond, protocol="HTTP/1.1") as (url, _):
        with pytest.raises(http.TooLarge):
            http.call("GET", url, most_bytes=10)
        assert http.call("GET", url).body == b"x" * 200_000
    assert len(connections) == 2


def test_nothing_is_called_inside_a_scope(loopback_open):
    with entered(ShopId(1)), pytest.raises(InScope):
        http.call("GET", "http://127.0.0.1:1/")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.1",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "192.0.0.9",
        "192.0.0.255",
        "3fff::1",
        "3fff:fff::1",
        "::ffff:192.0.0.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_an_address_off_the_public_internet_is_refused(address, loopback_shut):
    with pytest.raises(http.NetworkRefused):
        http.refuse_private(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"]
)
def test_a_public_address_is_let_through(address, loopback_shut):
    http.refuse_private(address)


def test_only_loopback_is_opened_by_the_setting(loopback_open):
    http.refuse_private("127.0.0.1")
    http.refuse_private("::ffff:127.0.0.1")
    with pytest.raises(http.NetworkRefused):
        http.refuse_private("192.168.1.1")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1"])
def test_a_private_address_hears_not_a_byte_and_is_tried_once(host, loopback_shut):
    heard = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(2)
        with pytest.raises(http.NetworkRefused, match="is not a public address"):
            http.call("GET", f"http://{host}:{listener.getsockname()[1]}/secret")
        connection = listener.accept()[0]
        connection.settimeout(2)
        heard.append(connection.recv(100))
        listener.settimeout(0.1)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert heard == [b""]


def test_a_name_that_resolves_differently_the_second_time_gains_nothing(loopback_shut, monkeypatch):
    with server(body()) as (url, seen):
        port = int(url.rsplit(":", 1)[1])
        answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1", "127.0.0.1"])

        def resolve(host, *_, **__):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        assert socket.getaddrinfo("shop.example", port)[0][4][0] == "93.184.216.34"  # what a check beforehand would see
        with pytest.raises(http.NetworkRefused):
            http.call("GET", f"http://shop.example:{port}/")
    assert seen == []


def test_redirects_within_the_host_are_followed(loopback_open):
    def respond(handler):
        body(302, Location="/there")(handler) if handler.path == "/here" else body(content=b"found")(handler)

    with server(respond) as (url, seen):
        assert http.call("GET", f"{url}/here").body == b"found"
    assert seen == [("GET", "/here"), ("GET", "/there")]


@pytest.mark.parametrize(
    "there",
    [
        "http://localhost:{port}/",
        "http://127.0.0.1:1/",
        "https://127.0.0.1:{port}/",
        "http://169.254.169.254/",
        "//evil.example/",
        "ftp://127.0.0.1/",
    ],
)
def test_a_redirect_to_another_host_port_or_scheme_is_not_followed(there, loopback_open):
    with (
        server(lambda handler: body(302, Location=there.format(port=handler.server.server_port))(handler)) as (
            url,
            seen,
        ),
        pytest.raises(http.NetworkRefused),
    ):
        http.call("GET", f"{url}/")
    assert len(seen) == 1


def test_an_endless_round_of_redirects_ends(loopback_open):
    with server(body(302, Location="/again")) as (url, seen), pytest.raises(http.NetworkRefused):
        http.call("GET", f"{url}/")
    assert len(seen) == http.MOST_REDIRECTS + 1


def test_a_redirected_post_is_handed_back_and_not_sent_again(loopback_open):
    with server(body(307, Location="/again")) as (url, seen):
        assert http.call("POST", f"{url}/", body=b"x").status == 307
    assert seen == [("POST", "/")]


def test_a_body_beyond_the_bound_is_cut_short(loopback_open):
    with server(body(content=b"x" * 5000)) as (url, _), pytest.raises(http.TooLarge):
        http.call("GET", url, most_bytes=4999)


def test_a_body_at_the_bound_is_read_whole(loopback_open):
    with server(body(content=b"x" * 5000)) as (url, _):
        assert len(http.call("GET", url, most_bytes=5000).body) == 5000


def test_a_compressed_bomb_is_cut_short(loopback_open):
    bomb = gzip.compress(b"\0" * 50_000_000)
    with server(body(content=bomb, Content_Encoding="gzip")) as (url, _), pytest.raises(http.TooLarge):
        http.call("GET", url, most_bytes=1_000_000)


def test_a_compressed_body_is_unpacked(loopback_open):
    with server(body(content=gzip.compress(b"hello"), Content_Encoding="gzip")) as (url, _):
        assert http.call("GET", url).body == b"hello"


def test_a_dripping_answer_ends_in_time(loopback_open):
    pause = threading.Event()

    def respond(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000000")  # it would take hours
        handler.end_headers()
        while not pause.wait(DRIP_SECONDS):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    with server(respond) as (url, _):
        with pytest.raises(http.TooSlow):
            http.call("GET", url, most_seconds=0.2)
        pause.set()


def test_a_reading_that_is_idempotent_is_tried_three_times(loopback_open):
    with server(body(503)) as (url, seen):
        assert http.call("GET", url).status == 503
    assert len(seen) == 3


def test_a_post_is_tried_once(loopback_open):
    with server(body(503)) as (url, seen):
        assert http.call("POST", url, json={"a": 1}).status == 503
    assert len(seen) == 1


def test_a_stranger_does_not_say_how_long_we_sleep(loopback_open):
    with server(body(429, Retry_After="3600")) as (url, seen):
        answer = http.call("GET", url)
    assert (answer.status, answer.headers["retry-after"], len(seen)) == (429, "3600", 1)


def test_a_proxy_in_the_environment_is_not_used(loopback_open, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with server(body()) as (url, _):
        assert http.call("GET", url).status == 200


def test_a_server_that_is_away_is_said_in_requests_words(loopback_open):
    with pytest.raises(requests.ConnectionError):
        http.call("POST", "http://127.0.0.1:1/")


def test_a_broken_off_answer_is_said_in_requests_words(loopback_open):
    def respond(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"x")

    with server(respond) as (url, _), pytest.raises(requests.ConnectionError):
        http.call("GET", url)
