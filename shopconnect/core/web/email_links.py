"""Pages that the link of an e-mail leads to: they speak its language, unless the reader chose one in this browser."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from shopconnect.core.web.types import ViewFunction


def mail_link(name: str, key: str, language: str) -> str:
    """Return the whole address of a page for an e-mail; "" where nobody knows the language of who gets it."""
    return f"{settings.SITE_URL}{reverse(name, args=[key])}{f'?lang={language}' if language else ''}"


def in_its_language(view: ViewFunction) -> ViewFunction:
    """Have a page speak the language of the e-mail that led to it: the browser's may be somebody else's."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **named: Any) -> Any:
        language = request.GET.get("lang", "")
        if language in dict(settings.LANGUAGES) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return view(request, *args, **named)

    return spoken
