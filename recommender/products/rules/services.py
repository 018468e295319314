"""A shop's rules: written in a draft, put in force as a version, undone by a version that is equal to an older one."""

import hashlib
import json
from collections.abc import Sequence

from django.utils.translation import gettext as _

from recommender.products.data.artefacts import load_catalogue
from recommender.products.data.catalogue import names_in
from recommender.products.models import RuleReplay, RuleVersion
from recommender.products.rules.book import RuleData, as_json, read_rule, read_rules
from recommender.products.rules.engine.application import columns_of
from recommender.products.rules.engine.cautions import cautions_of
from recommender.products.rules.live import live_rules
from recommender.products.rules.types import (
    DEFAULT_RULES,
    MOST_PLACES,
    Boost,
    Caution,
    Exclude,
    Group,
    Pin,
    Push,
    Rule,
    RuleVersionSummary,
)
from recommender.products.rules.words import RuleNames, difference_of
from recommender.products.types import RULES_KIND, State, VersionState
from shopconnect.accounts.selectors import names_of_people
from shopconnect.catalog.selectors import find_product
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.lists import Latest
from shopconnect.experiments.services import make_way
from shopconnect.shops.audit import note

SHOWN_AT_MOST = 50


def add_rule(shop_id: ShopId, user_id: int, given: RuleData) -> None:
    """Add a rule to the draft, which begins as a copy of what is in force; one that is there already stays once.

    Raises Refusal(bad_rule) with what to do.
    """
    rule = read_rule(given)
    _refuse_unknown(rule, *known_names(shop_id))
    with shop_scope(shop_id):
        _refuse_product(rule)
        _write_draft(user_id, read_rules(as_json([*_draft_rules(), rule])))


def write_draft(shop_id: ShopId, user_id: int, given: Sequence[RuleData], expected_etag: str) -> None:
    """Write the whole draft in the place of what stood there, whose etag was `expected_etag`.

    Raises Refusal: bad_rule with what to do, draft_changed where something else stands there by now.
    """
    written, names = read_rules(given), known_names(shop_id)
    for rule in written:
        _refuse_unknown(rule, *names)
    with shop_scope(shop_id):
        before = _draft_rules()
        if etag_of(before) != expected_etag:
            raise Refusal("draft_changed", _("Someone else changed the draft in the meantime. Check it again."))
        for rule in written:
            if rule not in before:
                _refuse_product(rule)
        _write_draft(user_id, written)


def remove_rule(shop_id: ShopId, user_id: int, given: RuleData) -> None:
    """Take a rule out of the draft; one that is not there changes nothing."""
    rule = read_rule(given)
    with shop_scope(shop_id):
        _write_draft(user_id, [one for one in _draft_rules() if one != rule])


def place_product(shop_id: ShopId, user_id: int, given: RuleData) -> None:
    """Pin a product in the draft, in the place of the pin that it had under the same condition on the same shelf.

    Who is pinned there already gets the place that becomes free, else the next one. Raises Refusal(bad_rule) with
    what to do.
    """
    pin = read_rule({**given, "kind": "pin"})
    assert isinstance(pin, Pin)
    with shop_scope(shop_id):
        _refuse_product(pin)
        rules = list(_draft_rules())
        beside = [one for one in rules if isinstance(one, Pin) and one.shelf == pin.shelf]
        beside = [one for one in beside if one.condition == pin.condition]
        before = next((one for one in beside if one.product == pin.product), None)
        there = next((one for one in beside if one.place == pin.place and one.product != pin.product), None)
        left = [one for one in rules if one not in (before, there)]
        free = before.place if before else min(pin.place + 1, MOST_PLACES)
        moved = [there.model_copy(update={"place": free})] if there else []
        _write_draft(user_id, read_rules(as_json([*left, *moved, pin])))


def drop_draft(shop_id: ShopId) -> None:
    """Throw the draft away; what is in force stays."""
    with shop_scope(shop_id):
        RuleVersion.objects.filter(state=VersionState.DRAFT).delete()


def publish_draft(shop_id: ShopId, user_id: int, expected_etag: str, *, is_confirmed: bool = False) -> None:
    """Put the draft in force as the next version; without a draft (a second click) nothing changes.

    `expected_etag` is the etag of the draft that was looked at. Raises Refusal: running while a test of rules does,
    and as _find_meant.
    """
    with shop_scope(shop_id):
        draft = _find_meant(expected_etag, is_confirmed=is_confirmed)
        if draft is None:
            return
        make_way(RULES_KIND)
        _put_in_force(user_id, draft.rules)
        draft.delete()
    live_rules.renew(shop_id)


def number_draft(user_id: int, expected_etag: str, *, is_confirmed: bool = False) -> int | None:
    """Make the draft a version that may be tried; its number, or None without a draft. Run in the shop's scope.

    Raises as _find_meant.
    """
    draft = _find_meant(expected_etag, is_confirmed=is_confirmed)
    if draft is None:
        return None
    draft.number, draft.state, draft.by_id, draft.at = _next_number(), VersionState.TRIED, user_id, now()
    draft.save()
    return draft.number


def undo_to(shop_id: ShopId, user_id: int, number: int) -> None:
    """Put a new version in force that is equal to an older or tried one; where that holds already, nothing changes.

    Raises Missing for a version that never was, and Refusal(running) while a test of rules runs.
    """
    with shop_scope(shop_id):
        live = RuleVersion.objects.select_for_update().filter(state=VersionState.LIVE).first()
        older = RuleVersion.objects.filter(number=number).exclude(state=VersionState.DRAFT).first()
        if older is None and number:
            raise Missing(_("This version doesn’t exist."))
        rules = older.rules if older else as_json(DEFAULT_RULES)
        if (live.rules if live else as_json(DEFAULT_RULES)) != rules:
            make_way(RULES_KIND)
            _put_in_force(user_id, rules, undoes=number)
    live_rules.renew(shop_id)


def current_version(shop_id: ShopId) -> RuleVersionSummary:
    """Return the version that is in force; what holds without one has the number 0."""
    with shop_scope(shop_id):
        row = RuleVersion.objects.filter(state=VersionState.LIVE).first()
    if row is None:
        return RuleVersionSummary(number=0, state=VersionState.LIVE, rules=DEFAULT_RULES)
    return _summaries([row], (), RuleNames())[0]


def number_before(shop_id: ShopId, number: int) -> int:
    """Return the number of the version that held before another one; 0 for how it was before any."""
    with shop_scope(shop_id):
        past = RuleVersion.objects.filter(state=VersionState.PAST, number__lt=number).order_by("-number")
        return past.values_list("number", flat=True).first() or 0


def find_version(shop_id: ShopId, number: int) -> RuleVersionSummary:
    """Return a version that holds, held or was tried; raises Missing for one that never was."""
    with shop_scope(shop_id):
        row = RuleVersion.objects.filter(number=number).exclude(state=VersionState.DRAFT).first()
    if row is None:
        raise Missing(_("This version doesn’t exist."))
    return _summaries([row], (), RuleNames())[0]


def find_draft(shop_id: ShopId) -> RuleVersionSummary | None:
    """Return the draft, None where nothing differs from what is in force."""
    with shop_scope(shop_id):
        row = RuleVersion.objects.filter(state=VersionState.DRAFT).first()
    return _summaries([row], (), RuleNames())[0] if row else None


def list_versions(shop_id: ShopId, names: RuleNames) -> Latest[RuleVersionSummary]:
    """Return the versions that were in force or tried, newest first, each with what it changed in the active language.

    What changed is beside the version that was in force before.
    """
    with shop_scope(shop_id):
        versions = RuleVersion.objects.exclude(state=VersionState.DRAFT).order_by("-number")
        rows, total = list(versions[: SHOWN_AT_MOST + 1]), versions.count()
    oldest = read_rules(rows[-1].rules) if len(rows) > SHOWN_AT_MOST else DEFAULT_RULES  # near enough, if tried
    return Latest(_summaries(rows[:SHOWN_AT_MOST], oldest, names), total)


def cautions_for(shop_id: ShopId, rules: Sequence[Rule]) -> list[Caution]:
    """Return what is risky about rules, by the catalogue of today; nothing while no product is in."""
    catalogue = load_catalogue(shop_id)
    if catalogue is None:
        return []
    columns = columns_of(catalogue.arrays["public_ids"], catalogue.arrays, names_in(catalogue))
    return cautions_of(rules, columns)


def known_names(shop_id: ShopId) -> tuple[Sequence[str], Sequence[str]]:
    """Return the categories and the vendors of a shop by name."""
    catalogue = load_catalogue(shop_id)
    return names_in(catalogue) if catalogue else ((), ())


def etag_of(rules: Sequence[Rule]) -> str:
    """Return a short text that is the same for the same rules, and another for others."""
    return hashlib.sha256(json.dumps(as_json(rules), sort_keys=True).encode()).hexdigest()[:16]


def _refuse_unknown(rule: Rule, categories: Sequence[str], vendors: Sequence[str]) -> None:
    """Refuse a name that no product bears: it would do nothing, and nobody would know why."""
    if rule.beside_category and not _is_known(rule.beside_category, categories):
        known = False
    elif isinstance(rule, Exclude) and rule.by == Group.CATEGORY:
        known = _is_known(rule.name, categories)
    elif isinstance(rule, Exclude) and rule.by == Group.VENDOR:
        known = rule.name in vendors
    else:
        known = not isinstance(rule, Boost) or rule.push != Push.VENDOR or rule.vendor in vendors
    if not known:
        raise Refusal("bad_rule", _("No product has this name. Choose one from the list."), 400)


def _is_known(category: str, categories: Sequence[str]) -> bool:
    return any(f"{name} > ".startswith(f"{category} > ") for name in categories)


def _refuse_product(rule: Rule) -> None:
    """Refuse a product that is not there, and to pin what is never suggested; run in the shop's scope."""
    if rule.beside_product and find_product(rule.beside_product) is None:
        raise Refusal("bad_rule", _("Choose a product."), 400)
    if isinstance(rule, Exclude) and rule.by == Group.PRODUCT and find_product(int(rule.name)) is None:
        raise Refusal("bad_rule", _("Choose a product."), 400)
    if isinstance(rule, Pin):
        product = find_product(rule.product)
        if product is None:
            raise Refusal("bad_rule", _("Choose a product."), 400)
        if product.is_gift_card:
            raise Refusal("bad_rule", _("Gift cards are never suggested, so they can’t be pinned."), 400)


def _draft_rules() -> tuple[Rule, ...]:
    """Return what the draft holds, or a copy of what is in force; others who change it wait for this scope."""
    rows = list(RuleVersion.objects.select_for_update().filter(state__in=(VersionState.DRAFT, VersionState.LIVE)))
    rows.sort(key=lambda row: row.state != VersionState.DRAFT)
    return read_rules(rows[0].rules) if rows else DEFAULT_RULES


def _find_meant(expected_etag: str, *, is_confirmed: bool) -> RuleVersion | None:
    """Return the draft that was looked at, or None without any.

    Raises Refusal: draft_changed where it is another by now, not_replayed where these rules were not replayed and
    nobody said that they are meant all the same.
    """
    draft: RuleVersion | None = RuleVersion.objects.select_for_update().filter(state=VersionState.DRAFT).first()
    if draft is None:
        return None
    if etag_of(read_rules(draft.rules)) != expected_etag:
        raise Refusal("draft_changed", _("Someone else changed the draft in the meantime. Check it again."))
    if not is_confirmed and not RuleReplay.objects.filter(state=State.DONE, rules=draft.rules).exists():
        raise Refusal("not_replayed", _("Run a simulation first, or confirm that you want to publish without one."))
    return draft


def _write_draft(user_id: int, rules: Sequence[Rule]) -> None:
    """Keep the draft; one that equals what is in force is none."""
    live = RuleVersion.objects.filter(state=VersionState.LIVE).first()
    if tuple(rules) == (read_rules(live.rules) if live else DEFAULT_RULES):
        RuleVersion.objects.filter(state=VersionState.DRAFT).delete()
        return
    written = {"rules": as_json(rules), "by_id": user_id, "at": now(), "state": VersionState.DRAFT}
    RuleVersion.objects.update_or_create(number=0, defaults=written)


def _put_in_force(user_id: int, rules: object, undoes: int | None = None) -> None:
    RuleVersion.objects.filter(state=VersionState.LIVE).update(state=VersionState.PAST)
    number = _next_number()
    RuleVersion.objects.create(number=number, state=VersionState.LIVE, rules=rules, by_id=user_id, undoes=undoes)
    note(user_id, "changed_rules", str(number))


def _next_number() -> int:
    last = RuleVersion.objects.select_for_update().order_by("-number").first()
    return (last.number if last else 0) + 1


def _summaries(rows: Sequence[RuleVersion], before: Sequence[Rule], names: RuleNames) -> list[RuleVersionSummary]:
    people = names_of_people(row.by_id for row in rows)
    found = []
    for row in reversed(rows):
        rules = read_rules(row.rules)
        found.append(
            RuleVersionSummary(
                number=row.number,
                state=VersionState(row.state),
                rules=rules,
                who=people.get(row.by_id, ""),
                at=row.at,
                undoes=row.undoes,
                changes=difference_of(before, rules, names),
            )
        )
        before = before if row.state == VersionState.TRIED else rules
    return found[::-1]
