"""Verbs about a person's own account."""

from shopconnect.accounts.models import User
from shopconnect.accounts.types import PersonSummary


def remember_language(user_id: int, language: str) -> None:
    """Keep the language that a person reads; their notices and e-mails follow it."""
    User.objects.filter(pk=user_id).update(language=language)


def describe_person(user_id: int, name: str, language: str) -> None:
    """Store how a person is called and which language they read."""
    User.objects.filter(pk=user_id).update(name=name.strip(), language=language)


def person_of(user_id: int) -> PersonSummary:
    """Return what a person says of themselves; raises User.DoesNotExist."""
    user = User.objects.get(pk=user_id)
    return PersonSummary(user_id=user.pk, email=user.email, name=user.name, language=user.language)
