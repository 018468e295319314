"""The second step of a sign-in: its secrets are encrypted, and codes that do not fit are noted."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from django.core.exceptions import ValidationError

from shopconnect.accounts.sign_in import sign_ins
from shopconnect.accounts.types import SignInWay
from shopconnect.core.security import crypto


class MFAAdapter(DefaultMFAAdapter):
    """allauth's adapter."""

    def encrypt(self, text: str) -> str:
        """Keep the secret of an authenticator app unreadable in the database."""
        return crypto.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Read it back."""
        return crypto.decrypt(encrypted_text)


class CodeForm(AuthenticateForm):
    """allauth's form for the code, with a note of each that did not fit."""

    def clean_code(self) -> Any:
        """Check the code."""
        try:
            return super().clean_code()
        except ValidationError:
            sign_ins.note_failed_sign_in(self.user.email, SignInWay.CODE)
            raise
