"""What allauth says to people, in our words: why something is refused, and what its fields are called.

Its messages after something was done are templates of ours (account/messages, mfa/messages, usersessions/messages).
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD, NEW_PASSWORD = _("Password"), _("New password")
PASSWORD_AGAIN, NEW_PASSWORD_AGAIN = _("Confirm password"), _("Confirm new password")
DIFFERENT_PASSWORDS = _("The two passwords are different.")

REFUSALS: Mapping[str, Promise] = {
    "account_inactive": _("This account has been closed."),
    "cannot_remove_primary_email": _("Your main address can’t be removed."),
    "duplicate_email": _("You’ve already added this address."),
    "email_password_mismatch": _("This address and password don’t match."),
    "email_taken": _("This address already has an account."),
    "enter_current_password": _("Enter your current password."),
    "incorrect_code": _("This code isn’t right. Enter the latest one from your app."),
    "incorrect_password": _("This password isn’t right."),
    "invalid_or_expired_key": _("This link no longer works."),
    "invalid_login": _("This address and password don’t match."),
    "invalid_password_reset": _("This link no longer works. Ask for a new one."),
    "max_email_addresses": _("You can’t add more than %d addresses."),
    "too_many_login_attempts": _("Too many failed sign-in attempts. Try again in a few minutes."),
    "unknown_email": _("No account has this address."),
    "unverified_primary_email": _("Confirm your main address first."),
    "select_only_one": _("Choose only one."),
    "same_as_current": _("This is the one you already use."),
    "rate_limited": _("Too many requests at once. Wait a moment and try again."),
}
MFA_REFUSALS: Mapping[str, Promise] = {
    "add_email_blocked": _("While two-step verification is on, no address can be added."),
    "cannot_delete_authenticator": _("Two-step verification can’t be turned off here."),
    "cannot_generate_recovery_codes": _("Turn two-step verification on before you make recovery codes."),
    "incorrect_code": REFUSALS["incorrect_code"],
    "unverified_email": _("Confirm your email address before you turn two-step verification on."),
}


class OwnWords:
    """A form of allauth's whose fields are called what we call them, each by its `labels`."""

    labels: Mapping[str, Promise] = {}
    fields: Any

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)  # it would say the label again, in allauth's words

    def add_error(self, field: str | None, error: Any) -> None:
        """Say in our words that two passwords differ, which is all that allauth says of a second one by itself."""
        is_text = isinstance(error, str | Promise)
        super().add_error(field, DIFFERENT_PASSWORDS if field == "password2" and is_text else error)  # type: ignore[misc]
