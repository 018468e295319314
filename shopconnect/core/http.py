"""The one way out: time-outs, bounded bodies, no redirects to other hosts, no private addresses.

Django-free; core/apps.py hands it its settings. The address that is checked is the one actually connected to, so a
name that resolves differently the second time gains nothing.
"""

import ipaddress
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry
from urllib3.util.url import parse_url

from shopconnect.core.tenancy.context import refuse_in_scope

CONNECT_SECONDS, READ_SECONDS, MOST_SECONDS, MOST_BYTES, MOST_REDIRECTS = 5, 20, 60, 10_000_000, 3
MOST_FILE_SECONDS, MOST_FILE_BYTES = 240, 20_000_000_000
_RETRIED = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})


# What any call may raise: for those who may not import requests.
NetworkError = requests.RequestException


class NetworkRefused(requests.RequestException):
    """The address is private, loopback or link-local, or the redirect leaves the host."""


class TooLarge(requests.RequestException):
    """The answer is larger than the caller allowed."""


class TooSlow(requests.RequestException):
    """The answer was still coming when its time was over."""


class _PrivateAddress(HTTPError):
    """What `_checked` raises: not an OSError, so that urllib3 neither wraps it nor tries again."""


@dataclass
class _Settings:
    allow_loopback: bool = False


_settings = _Settings()


def configure(*, allow_loopback: bool) -> None:
    """Take what the settings say: whether loopback may be reached."""
    _settings.allow_loopback = allow_loopback


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: status, lower-cased header names, the body's bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    body: bytes | None = None,
    json: Any = None,
    most_bytes: int = MOST_BYTES,
    read_seconds: float = READ_SECONDS,
) -> HttpAnswer:
    """Call an address and return its answer, whatever the status.

    Idempotent methods are tried three times with backoff; GET and HEAD follow redirects within the host. Raises
    NetworkRefused, TooLarge, TooSlow, and requests' own errors.
    """
    with _opened(method, url, headers, params, body, json, read_seconds) as answer:
        return HttpAnswer(
            answer.status_code,
            {k.lower(): v for k, v in answer.headers.items()},
            b"".join(_parts(answer, most_bytes, MOST_SECONDS)),
        )


def download(
    url: str, path: Path, *, most_bytes: int = MOST_FILE_BYTES, most_seconds: float = MOST_FILE_SECONDS
) -> int:
    """Stream what is at an address into a file and return the status; the file is there when it is 200, and whole.

    Raises what `call` raises.
    """
    coming = path.with_name(f"{path.name}.coming")
    try:
        with _opened("GET", url, None, None, None, None, READ_SECONDS) as answer, coming.open("wb") as file:
            if answer.status_code == requests.codes.ok:
                for part in _parts(answer, most_bytes, most_seconds):
                    file.write(part)
                coming.replace(path)
            return answer.status_code
    finally:
        coming.unlink(missing_ok=True)


@contextmanager
def _opened(
    method: str,
    url: str,
    headers: Mapping[str, str] | None,
    params: Mapping[str, str] | None,
    body: bytes | None,
    json: Any,
    read_seconds: float,
) -> Iterator[requests.Response]:
    """Open an answer whose body is still to be read."""
    refuse_in_scope(f"{method} {urlsplit(url).hostname}")
    with requests.Session() as session:
        # No proxy and no .netrc of the environment: the address checked must be the one connected to.
        session.trust_env = False
        session.mount("https://", _Adapter(method))
        session.mount("http://", _Adapter(method))
        for _ in range(MOST_REDIRECTS + 1):
            try:
                answer = session.request(
                    method,
                    url,
                    headers=headers,
                    params=params,
                    data=body,
                    json=json,
                    stream=True,
                    allow_redirects=False,
                    timeout=(CONNECT_SECONDS, read_seconds),
                )
            except _PrivateAddress as error:
                raise NetworkRefused(str(error)) from error
            if not answer.is_redirect or method.upper() not in ("GET", "HEAD"):
                yield answer
                return
            url, params = _next_url(url, answer.headers["location"]), None
    raise NetworkRefused(f"{urlsplit(url).hostname} redirects more than {MOST_REDIRECTS} times.")


def _next_url(url: str, location: str) -> str:
    there = urljoin(url, location)
    old, new = parse_url(url), parse_url(there)  # read as the connection will read them
    upgraded = (old.scheme, new.scheme, old.port, new.port) == ("http", "https", None, None)
    if new.host != old.host or not (upgraded or (new.scheme, new.port) == (old.scheme, old.port)):
        raise NetworkRefused(f"{old.host} redirects to {new.scheme}://{new.netloc}, which is not followed.")
    return there


def _parts(answer: requests.Response, most_bytes: int, most_seconds: float) -> Iterator[bytes]:
    """Yield the body as it arrives, so that a server that drips is noticed and a compressed bomb is cut short."""
    size, ends = 0, time.monotonic() + most_seconds
    try:
        while part := answer.raw.read1(65_536, decode_content=True):
            size += len(part)
            if size > most_bytes:
                raise TooLarge(f"The answer is larger than {most_bytes} bytes.")
            if time.monotonic() > ends:
                raise TooSlow(f"The answer was not whole after {most_seconds} seconds.")
            yield part
    except HTTPError as error:
        raise requests.ConnectionError(error) from error


# Kept for protocols and for documentation; some versions of Python take them for public ones.
_NOT_PUBLIC = tuple(ipaddress.ip_network(one) for one in ("192.0.0.0/24", "3fff::/20"))


def refuse_private(address: str) -> None:
    """Raise NetworkRefused for an IP address that is not on the public internet."""
    ip = ipaddress.ip_address(address.split("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.is_loopback and _settings.allow_loopback:
        return
    if any(ip in network for network in _NOT_PUBLIC if network.version == ip.version):
        raise NetworkRefused(f"{address} is not a public address.")
    # Reserved holds ::/8, where translators (64:ff9b::/96) and compatible addresses carry any IPv4 one; 6to4 too.
    carries_ipv4 = ip.is_reserved or getattr(ip, "sixtofour", None)
    if not ip.is_global or ip.is_multicast or carries_ipv4:
        raise NetworkRefused(f"{address} is not a public address.")


def _checked(sock: socket.socket) -> socket.socket:
    try:
        refuse_private(sock.getpeername()[0])
    except NetworkRefused as error:
        sock.close()
        raise _PrivateAddress(str(error)) from error
    return sock


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _SecureConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    """An adapter whose connections look at the address they reached before they send a byte."""

    def __init__(self, method: str) -> None:
        tries = 2 if method.upper() in _RETRIED else 0
        super().__init__(
            max_retries=Retry(
                total=tries,
                redirect=0,
                backoff_factor=0.3,
                status_forcelist=(502, 503, 504),
                allowed_methods=_RETRIED,
                raise_on_status=False,
                respect_retry_after_header=False,  # else a stranger says how long a worker sleeps
            )
        )

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
