"""Personal data of the sync room: ids of customers in what platforms tell us, for days at most."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Q

from shopconnect.connectors.base import ResourceType
from shopconnect.core.security.personal_data import Basis, Person, PersonalData, register
from shopconnect.sync.inbox import delete_old_webhooks
from shopconnect.sync.models import InboxWebhook, SweptPage


def _webhooks_of(person: Person) -> Q:
    """Return webhooks that speak of a person; requests that are not passed on yet are no part of what is held."""
    found = Q(pk__in=[])
    if person.customer_external_id:
        customer = person.customer_external_id
        found |= Q(notices__contains=[{"resource": ResourceType.CUSTOMER, "external_id": customer}])
        found |= Q(notices__contains=[{"customer": customer}], handled_at__isnull=False)
    if person.person_key:
        found |= Q(notices__contains=[{"person_key": person.person_key}], handled_at__isnull=False)
    return found


def _webhooks(person: Person) -> Iterable[Mapping[str, object]]:
    return list(
        InboxWebhook.objects.filter(_webhooks_of(person)).order_by("id").values("topic", "received_at", "handled_at")
    )


def _erase_webhooks(person: Person) -> int:
    return int(InboxWebhook.objects.filter(_webhooks_of(person)).delete()[0])


def _pages_of(person: Person) -> Q:
    named = person.customer_external_id
    return Q(resource=ResourceType.CUSTOMER, ids__contains=[named]) if named else Q(pk__in=[])


def _pages(person: Person) -> Iterable[Mapping[str, object]]:
    return list(SweptPage.objects.filter(_pages_of(person)).order_by("id").values("resource", "began_at"))


def _erase_pages(person: Person) -> int:
    return int(SweptPage.objects.filter(_pages_of(person)).delete()[0])


def _forget_pages(before: datetime, most: int) -> int:
    """Forget sweeps that never ended, as of a shop that waits for somebody to sign in."""
    return int(SweptPage.objects.filter(began_at__lt=before).delete()[0])


register(
    PersonalData(
        model="sync.InboxWebhook",
        fields=("notices",),
        purpose="Following what changes on the platform, once",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=7,
        export=_webhooks,
        erase=_erase_webhooks,
        forget=delete_old_webhooks,
    )
)
register(
    PersonalData(
        model="sync.SweptPage",
        fields=("ids",),
        purpose="Finding what the platform deleted without telling",
        basis=Basis.LEGITIMATE_INTEREST,
        retention_days=1,
        export=_pages,
        erase=_erase_pages,
        forget=_forget_pages,
    )
)
