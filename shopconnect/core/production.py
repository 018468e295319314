"""What a site that strangers reach does not start with; each refusal says what to write instead."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, unquote, urlsplit

from shopconnect.core.environment import BadSetting

NEAR = ("localhost", "127.0.0.1", "::1")
WELL_KNOWN = "development-only"
LEAST_DIFFERENT, LEAST_DIFFERENT_BYTES = 5, 16  # characters; bytes of 32, where random ones have about 30
_MAKE_ONE = '`python -c "import secrets; print(secrets.token_urlsafe(50))"` makes one.'
_MAKE_A_KEY = '`python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"` makes one.'


def refuse_guessable(name: str, value: str, *, least: int) -> None:
    """Raise BadSetting for a secret that is short, of few characters, or one that stands in our code."""
    if WELL_KNOWN in value or len(value) < least or len(set(value)) < LEAST_DIFFERENT:
        raise BadSetting(f"{name} can be guessed: write {least} random characters or more. {_MAKE_ONE}")


def refuse_guessable_keys(name: str, keys: Sequence[str]) -> None:
    """Raise BadSetting for keys of Fernet that are none, or of bytes that somebody chose."""
    for key in keys:
        try:
            content = base64.urlsafe_b64decode(key)
        except (ValueError, binascii.Error):
            content = b""
        if len(content) != 32 or len(set(content)) < LEAST_DIFFERENT_BYTES:
            raise BadSetting(f"{name} holds a key that can be guessed or is none of Fernet's. {_MAKE_A_KEY}")


def refuse_open_site(*, site_url: str, allowed_hosts: Sequence[str], allow_loopback: bool) -> None:
    """Raise BadSetting for a site without TLS, one that answers to any name, or one that reaches into this machine."""
    if not site_url.startswith("https://"):
        raise BadSetting("SITE_URL begins with http://: in production the site is reached by https:// only.")
    if not allowed_hosts or any(host in ("*", ".") for host in allowed_hosts):
        raise BadSetting("ALLOWED_HOSTS must name the hosts of the site, as in shopconnect.example, and never *.")
    if allow_loopback:
        raise BadSetting("ALLOW_LOOPBACK lets merchants' addresses reach this machine: unset it in production.")


def refuse_open_model(*, url: str, allow_loopback: bool) -> None:
    """Raise BadSetting for a language model that is asked across a network without TLS."""
    parts = urlsplit(url)
    if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in NEAR and allow_loopback)):
        raise BadSetting("COMPOSITION_URL must begin with https://, or name this machine where ALLOW_LOOPBACK is on.")


def refuse_open_servers(*, redis_url: str, database_urls: Mapping[str, str]) -> None:
    """Raise BadSetting for a server that is reached without a password, or across a network without TLS.

    At a socket of this machine the server can know us by our account, and there alone a password is not asked for.
    Addresses of databases go by the names of their settings; those that are not set are empty.
    """
    redis = urlsplit(redis_url)
    if redis.scheme != "unix":
        _refuse_no_password("REDIS_URL", redis.password)
    if redis.scheme == "redis" and redis.hostname not in NEAR:
        raise BadSetting("REDIS_URL goes across a network without TLS: write rediss:// and the server's TLS port.")
    for name, url in database_urls.items():
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        host = query.get("host") or unquote(parts.hostname or "")
        if not host or host.startswith("/"):
            continue
        _refuse_no_password(name, parts.password)
        if host not in NEAR and query.get("sslmode") not in ("require", "verify-ca", "verify-full"):
            raise BadSetting(f"{name} goes across a network without TLS: add ?sslmode=require.")


def _refuse_no_password(name: str, password: str | None) -> None:
    if not password:
        raise BadSetting(f"{name} has no password: write scheme://user:password@host:port/name, or a socket's folder.")
