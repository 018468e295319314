"""The log of sign-ins: who came in, how, and who tried."""

from datetime import timedelta

from shopconnect.accounts.models import SignIn, User
from shopconnect.accounts.types import SignInSummary, SignInWay
from shopconnect.core.clock import now
from shopconnect.core.web.caller import find_caller
from shopconnect.core.web.lists import Latest, latest_of

SHOWN_AT_MOST, RETENTION = 20, timedelta(days=365)


def note_sign_in(user_id: int, way: SignInWay) -> None:
    """Write down that a person signed in, and forget what is older than a year."""
    SignIn.objects.filter(user_id=user_id, at__lt=now() - RETENTION).delete()
    _note(user_id, way, succeeded=True)


def note_failed_sign_in(email: str, way: SignInWay) -> None:
    """Write down a sign-in that failed; the account of an address that nobody has stays empty."""
    user_id = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
    _note(user_id, way, succeeded=False)


def _note(user_id: int | None, way: SignInWay, *, succeeded: bool) -> None:
    address, browser = find_caller() or ("", "")
    SignIn.objects.create(user_id=user_id, at=now(), succeeded=succeeded, way=way, address=address, browser=browser)


def has_noted_device(user_id: int) -> bool:
    """Say whether a person signed in before, within a year, since devices are noted.

    Before that no device could be known again, so none counts as new.
    """
    return SignIn.objects.filter(user_id=user_id, succeeded=True).exclude(address="").exists()


def list_sign_ins(user_id: int) -> Latest[SignInSummary]:
    """Return a person's latest sign-ins and attempts, newest first."""
    return latest_of(SignIn.objects.filter(user_id=user_id).order_by("-at", "-id"), SHOWN_AT_MOST, _summary)


def _summary(row: SignIn) -> SignInSummary:
    return SignInSummary(
        at=row.at, succeeded=row.succeeded, way=SignInWay(row.way), address=row.address, browser=row.browser
    )
