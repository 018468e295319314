"""The log of sign-ins: who came in, how, and who tried."""

from datetime import timedelta

from shopconnect.accounts.models import SignIn, User
from shopconnect.accounts.types import SignInSummary, SignInWay
from shopconnect.core.clock import now

SHOWN_AT_MOST, RETENTION = 20, timedelta(days=365)


def note_sign_in(user_id: int, way: SignInWay) -> None:
    """Write down that a person signed in, and forget what is older than a year."""
    SignIn.objects.filter(user_id=user_id, at__lt=now() - RETENTION).delete()
    SignIn.objects.create(user_id=user_id, at=now(), succeeded=True, way=way)


def note_failed_sign_in(email: str, way: SignInWay) -> None:
    """Write down a sign-in that failed; the account of an address that nobody has stays empty."""
    user_id = User.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
    SignIn.objects.create(user_id=user_id, at=now(), succeeded=False, way=way)


def has_signed_in(user_id: int) -> bool:
    """Say whether a person signed in before, within a year."""
    return SignIn.objects.filter(user_id=user_id, succeeded=True).exists()


def list_sign_ins(user_id: int) -> list[SignInSummary]:
    """Return a person's latest sign-ins and attempts, newest first."""
    rows = SignIn.objects.filter(user_id=user_id).order_by("-at", "-id")[:SHOWN_AT_MOST]
    return [SignInSummary(at=row.at, succeeded=row.succeeded, way=SignInWay(row.way)) for row in rows]
