"""The second step of a sign-in: its secrets are encrypted, and codes that do not fit are noted."""

from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shopconnect.accounts.sign_in import sign_ins
from shopconnect.accounts.sign_in.words import MFA_REFUSALS, OwnWords
from shopconnect.accounts.types import SignInWay
from shopconnect.core.security import crypto


class MFAAdapter(DefaultMFAAdapter):
    """allauth's adapter."""

    error_messages = {**DefaultMFAAdapter.error_messages, **MFA_REFUSALS}

    def encrypt(self, text: str) -> str:
        """Keep the secret of an authenticator app unreadable in the database."""
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read it back."""
        return crypto.decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Say for which site a passkey is: ours, whatever host a request names."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": settings.MFA_TOTP_ISSUER}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """Propose a name for a new passkey."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)d") % {"number": count + 1}


class PasskeyForm(OwnWords, AddWebAuthnForm):
    """allauth's form for a new passkey, in our words."""

    name = forms.CharField(label=_("Name"), max_length=80, required=False)
    passwordless = forms.BooleanField(
        label=_("Sign in with just this passkey, without a password"), required=False, initial=True
    )


class AppForm(OwnWords, ActivateTOTPForm):
    """allauth's form for the first code of an authenticator app."""

    labels = {"code": _("Code from your app")}


class CodeAgainForm(OwnWords, ReauthenticateForm):
    """allauth's form for a code, once more."""

    labels = {"code": _("Code")}


class CodeForm(OwnWords, AuthenticateForm):
    """allauth's form for the code, with a note of each that did not fit."""

    labels = {"code": _("Code")}

    def clean_code(self) -> Any:
        """Check the code."""
        try:
            return super().clean_code()
        except ValidationError:
            sign_ins.note_failed_sign_in(self.user.email, SignInWay.CODE)
            raise
