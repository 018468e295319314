"""What was done in a shop and by whom, as its owners read it."""

from collections.abc import Callable, Iterable, Mapping

from django.utils.translation import gettext as _

from shopconnect.accounts.display_names import called
from shopconnect.accounts.models import User
from shopconnect.accounts.types import AuditSummary
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import role_word
from shopconnect.shops.models import AuditEntry

SHOWN_AT_MOST = 30

_SENTENCES: Mapping[str, Callable[[Mapping[str, str]], str]] = {
    "invited": lambda words: _("%(who)s invited somebody as: %(subject)s") % words,
    "joined": lambda words: _("%(who)s joined as: %(subject)s") % words,
    "withdrew_invitation": lambda words: _("%(who)s withdrew an invitation") % words,
    "changed_role": lambda words: _("%(who)s changed the role of %(about)s: %(subject)s") % words,
    "left": lambda words: _("%(who)s left the shop") % words,
    "removed": lambda words: _("%(who)s removed %(about)s") % words,
    "handed_over": lambda words: _("%(who)s handed the shop over to %(about)s") % words,
    "asked_export": lambda words: _("%(who)s asked for an export of the whole shop") % words,
    "fetched_export": lambda words: _("%(who)s fetched an export of the whole shop") % words,
    "installed": lambda words: _("ShopConnect was installed: %(subject)s") % words,
    "uninstalled": lambda words: _("ShopConnect was removed: %(subject)s") % words,
    "token_made": lambda words: _("%(who)s made the API token %(subject)s") % words,
    "chose_variety": lambda words: _("%(who)s chose how much accuracy variety may cost: %(subject)s %%") % words,
    "began_test": lambda words: _("%(who)s began a test on half of the visits") % words,
    "ended_test": lambda words: _("%(who)s ended the test on half of the visits") % words,
    "changed_rules": lambda words: _("%(who)s put version %(subject)s of the rules for suggestions in force") % words,
    "changed_price": lambda words: _("%(who)s asked for a price change: %(subject)s") % words,
    "fetched_privacy_file": lambda words: _("%(who)s fetched what is known of a customer") % words,
    "refused_erasure": lambda words: _("Erasing this shop was asked for after it came back: nothing was erased"),
    "asked_address": lambda words: _("%(who)s gave an e-mail address for what the shop must know") % words,
    "cancelled_address": lambda words: _("%(who)s gave up an e-mail address that was not confirmed") % words,
    "forgot_address": lambda words: _("%(who)s had the e-mail address for notices forgotten") % words,
    "token_revoked": lambda words: _("%(who)s revoked the API token %(subject)s") % words,
}


def list_audit(shop_id: ShopId) -> list[AuditSummary]:
    """Return what was done in a shop last, newest first, in the reader's language."""
    with shop_scope(shop_id):
        rows = list(AuditEntry.objects.order_by("-at", "-id")[:SHOWN_AT_MOST])
    names = names_of_people(one for row in rows for one in (row.actor_id, row.detail.get("user_id")) if one)
    return [AuditSummary(at=row.at, sentence=_sentence(row, names)) for row in rows]


def names_of_people(user_ids: Iterable[int]) -> dict[int, str]:
    """Return what people are called, by account id; whose account is gone is left out."""
    return {user.pk: called(user.name, user.email) for user in User.objects.filter(pk__in=set(user_ids))}


def _sentence(row: AuditEntry, names: Mapping[int, str]) -> str:
    somebody = _("Somebody")
    words = {
        "who": names.get(row.actor_id or 0, somebody),
        "about": names.get(row.detail.get("user_id", 0), somebody),
        "subject": " → ".join(role_word(part) for part in row.subject.split(" > ")),
    }
    told = _SENTENCES.get(row.action)
    return told(words) if told else f"{words['who']}: {row.action}"
