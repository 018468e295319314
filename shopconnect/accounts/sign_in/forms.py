"""Forms of allauth's pages where ours say or do more."""

from typing import Any

from allauth.account import forms as allauth_forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shopconnect.accounts.sign_in.words import NEW_PASSWORD, NEW_PASSWORD_AGAIN, PASSWORD, PASSWORD_AGAIN, OwnWords


class SignInForm(OwnWords, allauth_forms.LoginForm):
    """allauth's form for who signs in."""

    labels = {"login": _("Email address"), "password": PASSWORD, "remember": _("Keep me signed in")}


class SignUpForm(OwnWords, allauth_forms.SignupForm):
    """allauth's form, which takes as long for an address that has an account as for one that has none."""

    labels = {"email": _("Email address"), "password1": PASSWORD, "password2": PASSWORD_AGAIN}

    def try_save(self, request: HttpRequest) -> Any:
        """Hash the password in both cases: nothing else that is done takes long enough to tell them apart."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class NewPasswordForm(OwnWords, allauth_forms.ChangePasswordForm):
    """allauth's form for another password."""

    labels = {"oldpassword": _("Current password"), "password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}


class FirstPasswordForm(OwnWords, allauth_forms.SetPasswordForm):
    """allauth's form for a password where there is none."""

    labels = {"password1": PASSWORD, "password2": PASSWORD_AGAIN}


class ForgottenPasswordForm(OwnWords, allauth_forms.ResetPasswordForm):
    """allauth's form for who forgot the password."""

    labels = {"email": _("Email address")}


class LinkedPasswordForm(OwnWords, allauth_forms.ResetPasswordKeyForm):
    """allauth's form for another password, behind a link that was mailed."""

    labels = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD_AGAIN}


class NewAddressForm(OwnWords, allauth_forms.AddEmailForm):
    """allauth's form for another address."""

    labels = {"email": _("Email address")}


class PasswordAgainForm(OwnWords, allauth_forms.ReauthenticateForm):
    """allauth's form for the password, once more."""

    labels = {"password": PASSWORD}
