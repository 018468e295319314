"""What was done in a shop and by whom, as its owners read it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from shopconnect.accounts.display_names import role_word
from shopconnect.accounts.selectors import names_of_people
from shopconnect.accounts.types import AuditSummary
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.lists import Latest
from shopconnect.shops import audit
from shopconnect.shops.types import AuditEntrySummary

SHOWN_AT_MOST = 30


def list_audit(shop_id: ShopId) -> Latest[AuditSummary]:
    """Return what was done in a shop last, newest first, in the reader's language."""
    with shop_scope(shop_id):
        entries = audit.latest_entries(SHOWN_AT_MOST)
    names = names_of_people(one for entry in entries for one in (entry.actor_id, entry.about_id) if one)
    return Latest((_summary(entry, names) for entry in entries), entries.total)


def _summary(entry: AuditEntrySummary, names: Mapping[int, str]) -> AuditSummary:
    sentence = _sentence(entry, names)
    return AuditSummary(at=entry.at, sentence=sentence, address=entry.address, browser=entry.browser)


def _sentence(entry: AuditEntrySummary, names: Mapping[int, str]) -> str:
    somebody = _("Someone")
    words = {
        "who": names.get(entry.actor_id or 0, somebody),
        "about": names.get(entry.about_id or 0, somebody),
        "subject": " → ".join(role_word(part) for part in entry.subject.split(" > ")),
    }
    sentence = audit.action_sentences().get(entry.action)
    return str(sentence) % words if sentence else f"{words['who']}: {entry.action}"
