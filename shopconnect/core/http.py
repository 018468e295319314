"""The one way out: time-outs, bounded bodies, no redirects to other hosts, no private addresses.

Django-free; core/apps.py hands it its settings. The address that is checked is the one actually connected to, so a
name that resolves differently the second time gains nothing. Connections are kept alive, each thread's own.
"""

import fcntl
import ipaddress
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry
from urllib3.util.url import parse_url

from shopconnect.core import caches
from shopconnect.core.tenancy.context import refuse_in_scope

CONNECT_SECONDS, READ_SECONDS, MOST_SECONDS, MOST_BYTES, MOST_REDIRECTS = 5, 20, 60, 10_000_000, 3
MOST_FILE_SECONDS, MOST_FILE_BYTES = 120, 40_000_000_000
_NOTHING_BEHIND = requests.codes.requested_range_not_satisfiable
MOST_HOSTS = 32  # to which a thread keeps connections
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
    forget()


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: status, lower-cased header names, the body's bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Download:
    """What became of a file: the last status, 200 where some of it came, and whether it is whole."""

    status: int
    is_whole: bool


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
    most_seconds: float = MOST_SECONDS,
    again: bool = True,
) -> HttpAnswer:
    """Call an address and return its answer, whatever the status; its body comes within `most_seconds`.

    Idempotent methods are tried three times with backoff, unless `again` is false; GET and HEAD follow redirects within
    the host. Raises NetworkRefused, TooLarge, TooSlow, and requests' own errors.
    """
    with _opened(method, url, headers, params, body, json, read_seconds, again) as answer:
        return HttpAnswer(
            answer.status_code,
            {k.lower(): v for k, v in answer.headers.items()},
            b"".join(_parts(answer, most_bytes, most_seconds)),
        )


def download(
    url: str, path: Path, *, most_bytes: int = MOST_FILE_BYTES, most_seconds: float = MOST_FILE_SECONDS
) -> Download:
    """Stream what is at an address into a file, for so many seconds, and go on at the end of what it holds already.

    So a large file comes in slices, and after a broken connection. It begins anew where the server cannot go on. Raises
    what `call` raises; TooSlow only where nothing of it can be gone on with.
    """
    with path.open("ab") as file:
        # Whose lease was lost may be at it still; two would write into each other.
        fcntl.flock(file, fcntl.LOCK_EX)
        here = file.seek(0, os.SEEK_END)
        # As it is and not compressed on the way: of what is, no part could be asked for.
        headers = {"accept-encoding": "identity"} | ({"range": f"bytes={here}-"} if here else {})
        with _opened("GET", url, headers, None, None, None, READ_SECONDS) as answer:
            if answer.status_code == _NOTHING_BEHIND and answer.headers.get("content-range") == f"bytes */{here}":
                return Download(requests.codes.ok, is_whole=True)
            if answer.status_code in (requests.codes.partial_content, _NOTHING_BEHIND) and not _goes_on(answer, here):
                file.truncate(0)
                return Download(requests.codes.ok, is_whole=False)
            if answer.status_code == requests.codes.ok:
                here = file.truncate(0)
            elif answer.status_code != requests.codes.partial_content:
                return Download(answer.status_code, is_whole=False)
            is_whole = _write_parts(answer, file, most_bytes - here, most_seconds)
            # A server may give less of the rest than was asked for.
            total = answer.headers.get("content-range", "").rpartition("/")[2]
            return Download(requests.codes.ok, is_whole and total in ("", "*", str(file.tell())))


def _goes_on(answer: requests.Response, here: int) -> bool:
    """Say whether an answer is the rest of a file behind so many bytes of it."""
    is_behind = answer.headers.get("content-range", "").startswith(f"bytes {here}-")
    return is_behind and not answer.headers.get("content-encoding")


def _write_parts(answer: requests.Response, file: IO[bytes], most_bytes: int, most_seconds: float) -> bool:
    """Write an answer's body; say whether all of it came in time. What cannot be gone on with is cut off again."""
    is_whole = False
    try:
        for part in _parts(answer, most_bytes, most_seconds):
            file.write(part)
        is_whole = True
    except TooSlow:
        if answer.headers.get("content-encoding"):
            raise
    finally:
        if answer.headers.get("content-encoding") and not is_whole:
            file.truncate(0)
    return is_whole


@contextmanager
def _opened(
    method: str,
    url: str,
    headers: Mapping[str, str] | None,
    params: Mapping[str, str] | None,
    body: bytes | None,
    json: Any,
    read_seconds: float,
    again: bool = True,
) -> Iterator[requests.Response]:
    """Open an answer whose body is still to be read."""
    refuse_in_scope(f"{method} {urlsplit(url).hostname}")
    session = _session(again and method.upper() in _RETRIED)
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
        with answer:  # one that was not read to its end takes its connection along
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
            # What came is kept, so that a file that is asked for again slice by slice always grows.
            yield part
            if time.monotonic() > ends:
                raise TooSlow(f"The answer was not whole after {most_seconds} seconds.")
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

    def __init__(self, tries: int) -> None:
        super().__init__(
            pool_connections=MOST_HOSTS,
            max_retries=Retry(
                total=tries,
                redirect=0,
                backoff_factor=0.3,
                status_forcelist=(502, 503, 504),
                allowed_methods=_RETRIED,
                raise_on_status=False,
                respect_retry_after_header=False,  # else a stranger says how long a worker sleeps
            ),
        )

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}


_local = threading.local()


def _session(is_retried: bool) -> requests.Session:
    """Return this thread's session, which keeps connections and nothing else of one call for the next."""
    name = "retried" if is_retried else "plain"
    session: requests.Session | None = getattr(_local, name, None)
    if session is None:
        session = requests.Session()
        # No proxy and no .netrc of the environment: the address checked must be the one connected to.
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Adapter(2 if is_retried else 0))
        setattr(_local, name, session)
    return session


@caches.register
def forget() -> None:
    """Have this thread's next calls open connections of their own."""
    vars(_local).clear()


# A child must not speak over a connection that its parent has.
os.register_at_fork(after_in_child=forget)
