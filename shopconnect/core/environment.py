"""Settings come from the environment, and a bad value stops the start with a sentence."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

EXAMPLE = "change-me"  # what our pages write where a secret belongs
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class BadSetting(RuntimeError):
    """An environment variable is missing or cannot be read; the message says what to do."""


def env_text(name: str, default: str | None = None) -> str:
    """Return NAME, or the content of the file that NAME_FILE points to, or the default."""
    value = _content_of(name) if os.environ.get(f"{name}_FILE") else os.environ.get(name, default)
    if value is None:
        raise BadSetting(f"{name} is not set. docs/operators.md lists what a production environment needs.")
    if EXAMPLE in value.lower():
        raise BadSetting(f"{name} holds {EXAMPLE}, which our pages show to everybody: write a secret of its own.")
    return value


def _content_of(name: str) -> str:
    path = os.environ[f"{name}_FILE"]
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise BadSetting(f"{name}_FILE: {path} cannot be read ({error.strerror}).") from error


def env_bool(name: str, default: bool) -> bool:
    """Return NAME read as yes or no."""
    value = env_text(name, "1" if default else "0").strip().lower()
    if value not in _TRUE | _FALSE:
        raise BadSetting(f"{name} is {value!r}; write 1 or 0.")
    return value in _TRUE


def env_int(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """Return NAME read as a whole number between least and most."""
    value = env_text(name, str(default)).strip()
    if not value.lstrip("-").isdigit() or not least <= int(value) <= most:
        raise BadSetting(f"{name} is {value!r}; write a whole number from {least} to {most}.")
    return int(value)


def env_list(name: str, default: str = "") -> list[str]:
    """Return NAME split at commas, without blanks."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_choice(name: str, choices: Sequence[str], default: str) -> str:
    """Return NAME, which must be one of the choices."""
    value = env_text(name, default)
    if value not in choices:
        raise BadSetting(f"{name} is {value!r}; write one of: {', '.join(choices)}.")
    return value


def env_address(name: str) -> tuple[str, int] | None:
    """Return NAME, written as host:port; None where it is not set."""
    value = env_text(name, "")
    host, _, port = value.rpartition(":")
    if value and not (host and port.isdecimal() and int(port) < 2**16):
        raise BadSetting(f"{name} is {value!r}; write host:port, as in 127.0.0.1:8001.")
    return (host, int(port)) if value else None


def read_url(name: str, default: str, schemes: Sequence[str]) -> str:
    """Return NAME, an address whose scheme is one of those given."""
    value = env_text(name, default)
    if urlsplit(value).scheme not in schemes:
        raise BadSetting(f"{name} must begin with one of: {', '.join(s + '://' for s in schemes)}.")
    return value


def database(url: str) -> dict[str, object]:
    """Turn postgres://user:password@host:port/name?host=/socket/folder into Django's settings of one database."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(query.pop("port", "") or parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 3, **query},
    }
