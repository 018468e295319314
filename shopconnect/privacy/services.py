"""Verbs of the privacy room. All run in a shop's scope."""

from collections.abc import Sequence

from shopconnect.connectors.types import ConsentDraft
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.core.tenancy.context import current_shop
from shopconnect.privacy.models import Consent


def store_consents(drafts: Sequence[ConsentDraft]) -> Stored:
    """Store what visitors and customers said; each word is a row of its own, and the latest counts."""
    before = Consent.objects.count()
    rows = [
        Consent(
            shop_id=current_shop(),
            visitor=draft.visitor,
            customer_external_id=draft.customer,
            purpose=draft.purpose,
            is_given=draft.is_given,
            at=draft.at,
            source=draft.source,
        )
        for draft in drafts
    ]
    Consent.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    new = Consent.objects.count() - before
    return Stored(new=new, same=len(drafts) - new)
