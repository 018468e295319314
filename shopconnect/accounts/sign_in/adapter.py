"""Where allauth's accounts meet ours: each sign-in is noted, e-mails speak their reader's language.

allauth calls these hooks; they take the place of signals.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from shopconnect.accounts import selectors as accounts
from shopconnect.accounts.display_names import is_nowhere
from shopconnect.accounts.sign_in import sign_ins
from shopconnect.accounts.types import SignInWay

QUIET = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")  # the page itself says so


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter."""

    def post_login(self, request: HttpRequest, user: Any, **how: Any) -> HttpResponse:
        """Note the sign-in, and go on in the language that the person chose once."""
        response: HttpResponse = super().post_login(request, user, **how)
        sign_ins.note_sign_in(user.pk, _way(request, user, signed_up=bool(how.get("signup"))))
        return in_language(response, user.language)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note the attempt."""
        sign_ins.note_failed_sign_in(str(credentials.get("email", "")), SignInWay.PASSWORD)

    def is_safe_url(self, url: str) -> bool:
        """Say whether an address is one of ours; "http://[" begins one that never ends, and is none."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the language in which somebody signed up."""
        user.language = (translation.get_language() or "en")[:2]
        return super().save_user(request, user, form, commit)

    def clean_email(self, email: str) -> str:
        """Refuse addresses that stand for a platform's staff, so that nobody takes their place."""
        if is_nowhere(email):
            raise ValidationError(_("No mail reaches this address."))
        return email

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write to people in their own language, else in that of the page; to where no mail goes, nothing."""
        if is_nowhere(email):
            return
        language = accounts.language_of(email) or translation.get_language() or "en"
        with translation.override(language):
            super().send_mail(template_prefix, email, {**context, "site": settings.SITE_URL})

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *more: Any, **named: Any
    ) -> None:
        """Leave out what the page says anyway."""
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *more, **named)


def in_language(response: HttpResponse, language: str) -> HttpResponse:
    """Have the browser remember a language; one that we do not speak changes nothing."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, secure=settings.HTTPS, samesite="Lax"
        )
    return response


def _way(request: HttpRequest, user: Any, *, signed_up: bool) -> SignInWay:
    methods = {record.get("method") for record in get_authentication_records(request, user)}
    if "mfa" in methods:
        return SignInWay.CODE
    return SignInWay.SIGN_UP if signed_up and "password" not in methods else SignInWay.PASSWORD
