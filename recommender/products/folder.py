"""The file `rules` of a shop's folder: every version of the merchant's rules, with its products by the platform's ids.

Who wrote a version stays behind: accounts belong to an installation.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy, gettext_noop

from recommender.products.models import RuleVersion
from recommender.products.rules.book import RuleData, as_json, plain, product_fields, read_rules
from recommender.products.rules.live import live_rules
from recommender.products.rules.types import MOST_RULES, RuleVersionDraft
from recommender.products.types import VersionState
from shopconnect.catalog.selectors import external_ids, public_ids
from shopconnect.connectors.files import values
from shopconnect.connectors.files.values import BadRow
from shopconnect.core.clock import write_time
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.core.tenancy.context import current_shop
from shopconnect.sync.services import SyncFile, register_file

LARGEST_NUMBER, SOME_PRODUCT, NOBODY = 2**31 - 1, "1", 0


def read_version(row: Mapping[str, Any]) -> RuleVersionDraft:
    """Read a line of rules."""
    number = values.needed_whole(row, "number", most=LARGEST_NUMBER)
    state = values.needed_word(row, "state", VersionState)
    if (number == 0) != (state == VersionState.DRAFT):
        raise BadRow(gettext_noop('The draft, and only the draft, must have "number" 0.'))
    given = tuple(values.rows(row, "rules", most=MOST_RULES))
    try:
        read_rules(_with_products(given, dict.fromkeys(_products(given), SOME_PRODUCT)))
    except Refusal as refusal:
        raise BadRow(gettext_noop('"rules" contains something that isn’t a rule.')) from refusal
    return RuleVersionDraft(
        number=number,
        state=state,
        at=values.needed_time(row, "at"),
        rules=given,
        undoes=values.whole(row, "undoes", most=LARGEST_NUMBER),
    )


def store_versions(drafts: Sequence[RuleVersionDraft]) -> Stored:
    """Store versions by their numbers; what is stored and newer stays, and of several in force the last one is.

    A rule about a product that the shop does not have is left out.
    """
    known = public_ids(name for draft in drafts for name in _products(draft.rules))
    rows = {row.number: row for row in RuleVersion.objects.select_for_update()}
    before = {number: _content(row) for number, row in rows.items()}
    for draft in drafts:
        row = rows.setdefault(draft.number, RuleVersion(number=draft.number, by_id=NOBODY, at=draft.at))
        if row.at <= draft.at:
            rules = as_json(read_rules(_with_products(draft.rules, known)))
            row.state, row.rules, row.at, row.undoes = draft.state, rules, draft.at, draft.undoes
    in_force = [number for number, row in rows.items() if row.state == VersionState.LIVE]
    for number in sorted(in_force)[:-1]:
        rows[number].state = VersionState.PAST
    changed = [row for number, row in rows.items() if _content(row) != before.get(number)]
    for row in sorted(changed, key=lambda row: row.state == VersionState.LIVE):  # the one before it makes way first
        row.save()
    if changed:
        live_rules.renew(current_shop())
    new = sum(row.number not in before for row in changed)
    return Stored(new=new, changed=len(changed) - new, same=max(len(drafts) - len(changed), 0))


def version_lines() -> Iterator[Mapping[str, Any]]:
    """Yield the lines of rules, by number; a rule about a product that is not known any more is left out."""
    rows = list(RuleVersion.objects.order_by("number"))
    versions = [(row, [plain(rule) for rule in read_rules(row.rules)]) for row in rows]
    named = {int(name) for _row, rules in versions for name in _products(rules)}
    ours = {str(public_id): external_id for public_id, external_id in external_ids(named).items()}
    for row, rules in versions:
        line = {
            "number": row.number,
            "state": row.state,
            "at": write_time(row.at),
            "undoes": row.undoes,
            "rules": _with_products(rules, ours),
        }
        yield {name: value for name, value in line.items() if value is not None and value != []}


def _content(row: RuleVersion) -> tuple[object, ...]:
    return row.state, tuple(read_rules(row.rules)), row.at, row.undoes


def _products(rules: Iterable[RuleData]) -> list[str]:
    return [str(given[field]) for given in rules for field in product_fields(given)]


def _with_products(rules: Iterable[RuleData], names: Mapping[str, object]) -> list[RuleData]:
    """Return rules with other names for their products, without those about products that have none."""
    found: list[RuleData] = []
    for given in rules:
        named = {field: names.get(str(given[field])) for field in product_fields(given)}
        if None not in named.values():
            found.append({**given, **{field: str(name) for field, name in named.items()}})
    return found


register_file(
    SyncFile(
        name="rules",
        title=gettext_lazy("Rules"),
        read=read_version,
        store=store_versions,
        export=version_lines,
        key=lambda draft: draft.number,
    )
)
