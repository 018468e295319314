"""Logs: JSON lines in production, readable lines elsewhere, each with its shop's id and none with personal data."""

import logging
import re
from collections.abc import Mapping, MutableMapping
from http import HTTPStatus
from typing import Any

import structlog

from shopconnect.core.tenancy.context import find_current_shop

get_logger = structlog.get_logger

LONGEST_VALUE, LONGEST_TRACEBACK = 2_000, 20_000  # characters

# Every part has a greatest length: a stranger's text costs no more than its length.
_EMAIL = re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LINK = re.compile(  # who has it may enter, or speak for somebody
    r"(/invitations/|/notices/confirm/|/stop/|/goodbye/|/conversations/reply/|/confirm-email/|/reset/key/|id_token=)[^/&\s]+"
)
_SECRET = re.compile(r"(password|token|secret|authorization|cookie)", re.IGNORECASE)


def _add_shop(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.setdefault("shop_id", find_current_shop())
    return event


def _hide_personal_data(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        event[name] = _hidden(name, value)
    return event


def _hidden(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _hidden(str(key), part) for key, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [_hidden(name, part) for part in value]
    if isinstance(value, str | bytes):
        return "[hidden]" if _SECRET.search(name) else _without_personal_data(_shortened(name, str(value)))
    return value


def _shortened(name: str, text: str) -> str:
    """Return the beginning of a text; of a traceback the end, which names the error."""
    return text[-LONGEST_TRACEBACK:] if name == "exception" else text[:LONGEST_VALUE]


def _without_personal_data(text: str) -> str:
    return _LINK.sub(r"\1[hidden]", _EMAIL.sub("[e-mail]", text))


_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_shop,
    structlog.processors.format_exc_info,
    _hide_personal_data,
]


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Leave out who asks too often: a flood is counted among the metrics, and must not fill the log.

    What we refuse is told in one line: the traceback of a refusal leads to no fault of ours.
    """
    if getattr(record, "status_code", 0) < HTTPStatus.INTERNAL_SERVER_ERROR:
        record.exc_info = None
    return getattr(record, "status_code", 0) != HTTPStatus.TOO_MANY_REQUESTS


def _shorten(record: logging.LogRecord) -> bool:
    """Make a warning of one line of what any stranger can cause: a host that is not ours is no fault of the code."""
    record.exc_info, record.levelno, record.levelname = None, logging.WARNING, "WARNING"
    return True


# What Django names its loggers of security by: whatever any stranger can cause it to refuse.
REFUSALS = (
    "DisallowedHost",
    "DisallowedRedirect",
    "RequestDataTooBig",
    "SuspiciousFileOperation",
    "SuspiciousMultipartForm",
    "SuspiciousOperation",
    "TooManyFieldsSent",
    "TooManyFilesSent",
)


def logging_settings(*, json_lines: bool, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything goes through structlog to standard error."""
    renderer = structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["stderr"], "level": level},
        "filters": {"worth_a_line": {"()": lambda: _is_worth_a_line}, "short": {"()": lambda: _shorten}},
        "loggers": {
            "django.server": {"level": "WARNING"},
            "django.request": {"filters": ["worth_a_line"]},
            **{f"django.security.{name}": {"filters": ["short"]} for name in REFUSALS},
        },
    }
