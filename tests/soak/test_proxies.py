"""The proxies of docs/operators/proxy.md, as written there, keep slow, large and forged requests away."""

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shopconnect.core.clock import now
from shopconnect.embedded.places import free_port, wait_until
from tests.servers import ROOT
from tests.waiting import PATIENCE_SECONDS

HOST = "shopconnect.example"
POST = f"POST /hooks/shopify HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: %d\r\n\r\n{{"
AT_ONCE, OF_AN_ADDRESS = 30, 40


@dataclass
class Upstream:
    """What stands where granian does, and remembers the headers of each request that came to it whole."""

    port: int = field(default_factory=free_port)
    begun: int = 0
    requests: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Proxy:
    """A running proxy: its ports, and what is behind it."""

    name: str
    https: int
    http: int
    upstream: Upstream

    def connect(self) -> ssl.SSLSocket:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=PATIENCE_SECONDS)
        return context.wrap_socket(plain, server_hostname=HOST)

    def ask(self, head: str) -> str:
        """Send a request and return the beginning of what is answered."""
        with self.connect() as connection:
            connection.sendall(head.encode())
            return connection.recv(2_000).decode()

    def answers(self) -> bool:
        try:
            return " 200 " in self.ask(f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n")
        except OSError:
            return False


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now() - timedelta(days=1)).not_valid_after(now() + timedelta(days=1))
    signed = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False).sign(
        key, hashes.SHA256()
    )
    (folder / "shopconnect.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "shopconnect.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def documented(name: str, places: dict[str, str]) -> str:
    """Return a configuration of the page, with the addresses of this test in the place of the usual ones."""
    page = (ROOT / "docs" / "operators" / "proxy.md").read_text()
    found = re.search(rf"```{name}\n(.*?)```", page, re.DOTALL)
    assert found
    text = found.group(1)
    for usual, here in places.items():
        assert usual in text, usual
        text = text.replace(usual, here)
    return text


def nginx(folder: Path, proxy: Proxy) -> list[str]:
    sites = documented(
        "nginx",
        {
            "    listen [::]:443 ssl;\n": "",
            "    listen [::]:80;\n": "",
            "listen 443": f"listen 127.0.0.1:{proxy.https}",
            "listen 80": f"listen 127.0.0.1:{proxy.http}",
            "/etc/ssl": str(folder),
            ":8000": f":{proxy.upstream.port}",
        },
    )
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    frame = (
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ access_log off; {paths} %s }}"
    )
    (folder / "nginx.conf").write_text(frame % sites)
    return ["nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]


def caddy(folder: Path, proxy: Proxy) -> list[str]:
    ports = f"    admin off\n    https_port {proxy.https}\n    http_port {proxy.http}\n"
    tls = f"    bind 127.0.0.1\n    tls {folder}/shopconnect.pem {folder}/shopconnect.key\n"
    places = {
        "{\n    servers": f"{{\n{ports}    servers",
        f"{HOST} {{\n": f"{HOST} {{\n{tls}",
        ":8000": f":{proxy.upstream.port}",
    }
    (folder / "Caddyfile").write_text(documented("caddy", places))
    return ["caddy", "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    found = Upstream()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            found.begun += 1
            length = int(self.headers.get("Content-Length") or 0)
            is_whole = len(self.rfile.read(length)) == length
            if is_whole:
                found.requests.append(dict(self.headers))
            self.send_response(200 if is_whole else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = answer  # noqa: N815  (the names of the standard library)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: `requests` has it."""

    server = ThreadingHTTPServer(("127.0.0.1", found.port), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[nginx, caddy])
def proxy(request: pytest.FixtureRequest, upstream: Upstream, tmp_path: Path) -> Iterator[Proxy]:
    name = request.param.__name__
    if not shutil.which(name):
        pytest.skip(f"{name} is not on this machine, and only root can install it")
    certificate(tmp_path)
    found = Proxy(name, free_port(), free_port(), upstream)
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(
            request.param(tmp_path, found), stdout=log, stderr=log, env=os.environ | {"HOME": str(tmp_path)}
        )
        try:
            wait_until(lambda: running.poll() is not None or found.answers(), PATIENCE_SECONDS)
            assert running.poll() is None, (tmp_path / "log").read_text()
            upstream.requests.clear()
            yield found
        finally:
            running.terminate()
            running.wait(PATIENCE_SECONDS)


def test_who_asks_and_how_is_said_by_the_proxy_alone(proxy):
    forged = "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: http\r\n"
    assert " 200 " in proxy.ask(f"GET / HTTP/1.1\r\nHost: {HOST}\r\n{forged}\r\n")
    told = {name.lower(): value for name, value in proxy.upstream.requests[0].items()}
    assert (told["x-forwarded-for"], told["x-forwarded-proto"], told["host"]) == ("127.0.0.1", "https", HOST)


def test_without_tls_one_is_sent_to_the_page_with_it(proxy):
    with socket.create_connection(("127.0.0.1", proxy.http), timeout=PATIENCE_SECONDS) as plain:
        plain.sendall(f"GET /inbox/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        answer = plain.recv(2_000).decode()
    assert re.match(r"HTTP/1.1 30[18] ", answer)
    assert re.search(rf"(?i)\r\nlocation: https://{HOST}(:\d+)?/inbox/\r\n", answer)
    assert proxy.upstream.requests == []


def test_half_sent_bodies_end_with_the_proxy(proxy):
    before = proxy.upstream.begun
    with ExitStack() as stack:
        slow = [stack.enter_context(proxy.connect()) for _ in range(AT_ONCE)]
        for one in slow:
            one.sendall((POST % 100).encode())
        assert " 200 " in proxy.ask(POST % 1)
        answers = [one.recv(2_000) for one in slow]
    assert [one["Content-Length"] for one in proxy.upstream.requests] == ["1"]
    if proxy.name == "nginx":  # which takes bodies in whole
        assert proxy.upstream.begun == before + 1
        assert not any(b" 200 " in answer for answer in answers)


def test_what_is_larger_than_any_body_of_ours_does_not_come_through(proxy):
    with proxy.connect() as connection:
        connection.sendall((POST % 3_000_000).encode())
        with suppress(OSError):  # it has answered, and listens no more
            connection.sendall(b"x" * 2_999_999)
        assert re.match(rb"HTTP/1.1 (413|502) ", connection.recv(2_000))
    assert proxy.upstream.requests == []


def test_one_address_holds_few_connections_of_nginx(proxy):
    if proxy.name != "nginx":
        pytest.skip("Caddy counts no connections: the page leaves that to the firewall")
    with ExitStack() as stack:
        for _ in range(OF_AN_ADDRESS):
            stack.enter_context(proxy.connect()).sendall((POST % 100).encode())
        assert wait_until(lambda: " 503 " in proxy.ask(f"GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n"), PATIENCE_SECONDS)
    assert wait_until(proxy.answers, PATIENCE_SECONDS)
