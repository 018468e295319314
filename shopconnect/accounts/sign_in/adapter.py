"""Where allauth's accounts meet ours: each sign-in is noted, e-mails speak their reader's language.

allauth calls these hooks; they take the place of signals.
"""

from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from shopconnect.accounts import selectors as accounts
from shopconnect.accounts.display_names import is_nowhere
from shopconnect.accounts.sign_in import browsers, sign_ins
from shopconnect.accounts.sign_in.words import REFUSALS
from shopconnect.accounts.types import SignInWay
from shopconnect.core.observability.log import get_logger
from shopconnect.core.web.client_ip import client_ip, client_network

log = get_logger(__name__)
APP, ANYWHERE, MAIL = "allauth.account", "login_failed_anywhere", "mail"
# What a stranger can have sent to any address; the others tell of what was done in an account, and always go.
ASKED_BY_ANYBODY = (
    "password_reset_key",
    "unknown_account",
    "account_already_exists",
    "email_confirmation",
    "email_confirmation_signup",
)
QUIET = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")  # the page itself says so


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter."""

    error_messages = {**DefaultAccountAdapter.error_messages, **REFUSALS}
    _anywhere: ratelimit.RateLimitUsage | None = None

    def post_login(self, request: HttpRequest, user: Any, **how: Any) -> HttpResponse:
        """Note the sign-in, and go on in the language that the person chose once."""
        response: HttpResponse = super().post_login(request, user, **how)
        if sign_ins.has_noted_device(user.pk) and not browsers.known_browser(request, user.email):
            self._tell_of_new_browser(user)
        browsers.remember_browser(request, response, user.email)
        sign_ins.note_sign_in(user.pk, _way(request, user, signed_up=bool(how.get("signup"))))
        return in_language(response, user.language)

    def _tell_of_new_browser(self, user: Any) -> None:
        try:
            self.send_notification_mail("account/email/new_browser", user)
        except (SMTPException, OSError) as error:  # who has the password comes in all the same
            log.warning("mail_away", error=type(error).__name__)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse who failed too often: from one network, or in a browser that is not known, from anywhere.

        Who is locked out by others has two ways in: a browser that is known, and a new password by e-mail.
        """
        super().pre_authenticate(request, **credentials)
        email = str(credentials.get("email", "")).lower()
        if browsers.known_browser(request, email):
            return
        self._anywhere = ratelimit.consume(request, app=APP, action=ANYWHERE, key=email)
        if not self._anywhere:
            raise ValidationError(
                _(
                    "Too many failed sign-in attempts for this address. Reset your password below: we’ll "
                    "email you a link that lets you back in."
                )
            )

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return who signs in; a sign-in that works counts against no limit."""
        user = super().authenticate(request, **credentials)
        if user and self._anywhere:
            self._anywhere.rollback()
        return user

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        email = str(credentials.get("email", "")).lower()
        where = browsers.known_browser(request, email) or client_network(client_ip(request))
        return f"{email} {where}"

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, app=APP, action=ANYWHERE, key=str(credentials.get("email", "")).lower())

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
            raise ValidationError(_("This address can’t receive email."))
        return email

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write to people in their own language, else in that of the page; to where no mail goes, nothing.

        What strangers can ask for goes to an address a few times an hour. The page says the same beyond that, and the
        links of those that went still work.
        """
        if is_nowhere(email) or not self._may_mail(template_prefix.rpartition("/")[2], email):
            return
        language = accounts.language_of(email) or translation.get_language() or "en"
        links = {name: _at_site(value) for name, value in context.items() if name.endswith("_url")}
        with translation.override(language):
            super().send_mail(template_prefix, email, {**context, **links, "site": settings.SITE_URL})

    def _may_mail(self, kind: str, email: str) -> bool:
        if kind not in ASKED_BY_ANYBODY:
            return True
        key = f"{kind} {email.lower()}"
        return bool(ratelimit.consume(self.request, app=APP, action=MAIL, key=key, limit_get=True))

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *more: Any, **named: Any
    ) -> None:
        """Leave out what the page says anyway."""
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *more, **named)


def _at_site(url: str) -> str:
    """Return an address on our own site: the host of a request is whatever its sender writes there."""
    return settings.SITE_URL + urlsplit(url)._replace(scheme="", netloc="").geturl()


def in_language(response: HttpResponse, language: str) -> HttpResponse:
    """Have the browser remember a language; one that we do not speak changes nothing."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, secure=settings.HTTPS, samesite="Lax"
        )
    return response


def _way(request: HttpRequest, user: Any, *, signed_up: bool) -> SignInWay:
    methods = {record.get("method") for record in get_authentication_records(request, user)}
    if any(record.get("passwordless") for record in get_authentication_records(request, user)):
        return SignInWay.PASSKEY
    if "mfa" in methods:
        return SignInWay.CODE
    return SignInWay.SIGN_UP if signed_up and "password" not in methods else SignInWay.PASSWORD
