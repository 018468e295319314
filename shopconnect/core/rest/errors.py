"""One shape for every error: {"error": {"code", "message", "fields"?}}, in the language of Accept-Language."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from shopconnect.core.errors import Missing, Refusal


class TooOften(Refusal):
    """The caller asked more often than it may; `wait_seconds` is when the next call will be answered."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__(
            "too_often", _("Too many requests. Try again in %(seconds)d s.") % {"seconds": wait_seconds}, 429
        )
        self.wait_seconds = wait_seconds


class BadFields(Refusal):
    """What was sent cannot be read; `fields` says what is wrong with which."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__("invalid", _("Some of the data you sent is not valid."), 400)
        self.fields = fields


def error_response(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Return an error as an answer, or None for what is our own fault (Django's handler says that)."""
    refusal = _as_refusal(error)
    if refusal is None:
        return None
    body: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if isinstance(refusal, BadFields):
        body["fields"] = refusal.fields
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else {}
    if isinstance(refusal, TooOften):
        headers["Retry-After"] = str(refusal.wait_seconds)
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return Response({"error": body}, status=refusal.status, headers=headers)


def _as_refusal(error: Exception) -> Refusal | None:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, exceptions.ValidationError):
        return BadFields(_flat(error.detail))
    if isinstance(error, Http404 | exceptions.NotFound):
        return Missing(_("Nothing was found here."))
    if isinstance(error, DjangoPermissionDenied):
        return Refusal("forbidden", _("You don’t have permission to do this."), 403)
    if isinstance(error, RequestDataTooBig):
        return Refusal("too_large", _("This request is too large."), 413)
    if isinstance(error, exceptions.APIException):
        return Refusal(str(error.get_codes()), str(error.detail), error.status_code)
    return None


def _flat(detail: Any, place: str = "") -> dict[str, list[str]]:
    if isinstance(detail, Mapping):
        parts = [_flat(part, f"{place}.{name}" if place else str(name)) for name, part in detail.items()]
    elif isinstance(detail, list) and any(isinstance(part, Mapping | list) for part in detail):
        parts = [_flat(part, f"{place}.{number}" if place else str(number)) for number, part in enumerate(detail)]
    else:
        return {place or "body": [str(part) for part in (detail if isinstance(detail, list) else [detail])]}
    return {name: sentences for part in parts for name, sentences in part.items() if sentences}
