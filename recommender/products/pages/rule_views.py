"""Pages of the rules for suggestions: write a draft, look at it, replay it, put it in force, undo it."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recommender.products.evaluation import replay as replays
from recommender.products.pages import rules as services
from recommender.products.pages.forms import DayForm, PublishForm, RemovalForm
from recommender.products.pages.suggestions import found_products
from recommender.products.rules import services as rules
from recommender.products.rules.book import FIELDS, KINDS, RuleData
from recommender.products.rules.types import MOST_PLACES
from recommender.products.rules.words import rule_names
from recommender.products.types import Shelf
from shopconnect.accounts.access import MemberRequest, member_required, next_page
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.core.errors import Refusal
from shopconnect.core.web.forms import LONGEST_TEXT, read_form
from shopconnect.shops.services import timezone_of


@member_required(*OFFICE)
@require_safe
def show_rules(request: MemberRequest) -> HttpResponse:
    """Show the rules that hold, the draft, and a shelf before and after."""
    return _page(request)


@member_required(Role.OWNER)
def add_rule(request: MemberRequest) -> HttpResponse:
    """Write a rule into the draft."""
    return _done(request, lambda: rules.add_rule(request.shop_id, request.member.user_id, _typed(request)))


@member_required(Role.OWNER)
def place_product(request: MemberRequest) -> HttpResponse:
    """Pin a product in the draft where the preview has it moved to, on the page that it shows only."""
    return _done(request, lambda: rules.place_product(request.shop_id, request.member.user_id, _typed(request)))


@member_required(Role.OWNER)
def remove_rule(request: MemberRequest) -> HttpResponse:
    """Take a rule out of the draft."""
    data = services.read_data(read_form(RemovalForm(request.POST))["rule"])
    return _done(request, lambda: rules.remove_rule(request.shop_id, request.member.user_id, data))


@member_required(Role.OWNER)
def drop_draft(request: MemberRequest) -> HttpResponse:
    """Throw the draft away."""
    return _done(request, lambda: rules.drop_draft(request.shop_id))


@member_required(Role.OWNER)
def replay_draft(request: MemberRequest) -> HttpResponse:
    """Have the draft replayed on the last weeks."""
    return _done(request, lambda: replays.ask_replay(request.shop_id, request.member.user_id))


@member_required(Role.OWNER)
def publish_draft(request: MemberRequest) -> HttpResponse:
    """Put the draft in force."""
    sent, user_id = read_form(PublishForm(request.POST)), request.member.user_id
    return _done(
        request,
        lambda: rules.publish_draft(request.shop_id, user_id, sent["expected_etag"], is_confirmed=sent["is_confirmed"]),
        lambda: _in_force(request),
    )


@member_required(*OFFICE)
@require_safe
def rule_versions(request: MemberRequest) -> HttpResponse:
    """Show the versions of the rules: who, when, and what changed."""
    return _versions(request)


@member_required(Role.OWNER)
def undo_rules(request: MemberRequest, number: int) -> HttpResponse:
    """Put an older version in force again, as a new one."""
    if request.method != "POST":
        return redirect("products:rule_versions")
    try:
        rules.undo_to(request.shop_id, request.member.user_id, number)
    except Refusal as refusal:
        return _versions(request, refusal)
    return redirect(_in_force(request) if "at_once" in request.POST else "products:rule_versions")


def _in_force(request: MemberRequest) -> str:
    """Return the address that says which version is in force now, and offers to undo that."""
    return f"{reverse('products:rules')}?version={rules.current_version(request.shop_id).number}#done"


def _done(
    request: MemberRequest, change: Callable[[], object], following: Callable[[], str] | None = None
) -> HttpResponse:
    """Do what a form asks for and show the page again; a refusal stands on it with what was typed."""
    if request.method != "POST":  # a page that was answered here is loaded again
        return redirect("products:rules")
    try:
        change()
    except Refusal as refusal:
        return _page(request, refusal)
    return redirect(following() if following else next_page(request, reverse("products:rules")))


def _page(request: MemberRequest, refusal: Refusal | None = None) -> HttpResponse:
    language, query = get_language() or "en", request.GET
    page = services.rules_page(request.shop_id, language)
    typed = read_form(DayForm(query))
    search, find = (query.get(name, "")[:200].replace("\0", "") for name in ("search", "find"))
    kind = request.POST.get("kind", query.get("add", ""))
    if _names_title(request.POST):
        find = request.POST["name"][:200].replace("\0", "")
    shelf = next((one for one in Shelf if one.value == query.get("on")), None)
    preview = services.rule_preview(request.shop_id, _id(query.get("product", "")), shelf, page, language, typed["day"])
    shown = {"product": preview.public_id if preview else "", "on": shelf.value if shelf else ""}
    place = urlencode(shown | ({"day": typed["day"].isoformat()} if typed["day"] else {}))
    version = _id(query.get("version", ""))
    is_new = version is not None and version == page.live.number and page.draft is None
    context: dict[str, Any] = {
        "page": page,
        "is_owner": request.member.role == Role.OWNER,
        "refusal": refusal,
        "search": search,
        "find": find,
        "adds": kind if kind in KINDS else "",
        "typed": request.POST,
        "places": range(1, MOST_PLACES + 1),
        "shelves": services.shelf_choices(),
        "on": shelf.value if shelf else "",
        "found": found_products(request.shop_id, search, language) if search else (),
        "item": services.find_item(request.shop_id, _id(query.get("item", request.POST.get("product", ""))), language),
        "items": found_products(request.shop_id, find, language) if find else (),
        "preview": preview,
        "moved": _id(query.get("moved", "")),
        "undo_to": rules.number_before(request.shop_id, page.live.number) if is_new else None,
        "place": f"&{place}",
        "here": f"{reverse('products:rules')}?{place}",
        **services.rule_words(page.replay),
    }
    return render(request, "products/rules.html", context, status=refusal.status if refusal else 200)


def _versions(request: MemberRequest, refusal: Refusal | None = None) -> HttpResponse:
    language = get_language() or "en"
    context = {
        "versions": rules.list_versions(request.shop_id, rule_names(request.shop_id, language)),
        "is_owner": request.member.role == Role.OWNER,
        "zone": timezone_of(request.shop_id),
        "refusal": refusal,
    }
    return render(request, "products/rule_versions.html", context, status=refusal.status if refusal else 200)


def _typed(request: MemberRequest) -> RuleData:
    """Return a rule as a form holds it, with categories and titles as the shop has them.

    Raises Refusal where what is to be excluded is the title of no one product.
    """
    given = {name: request.POST[name][:LONGEST_TEXT] for name in FIELDS if name in request.POST}
    language = get_language() or "en"
    for name in ("name", "beside_category") if given.get("by") == "category" else ("beside_category",):
        if given.get(name):
            given[name] = services.find_category(request.shop_id, given[name], language)
    if not _names_title(given):
        return given
    found = services.find_titled(request.shop_id, given["name"].replace("\0", ""), language)
    if found is None:
        raise Refusal("bad_rule", _("Enter one product’s title, or choose it from the list."), 400)
    return {**given, **found}


def _names_title(given: Mapping[str, str]) -> bool:
    """Say whether what is to be excluded is a product, by its title in the place of its id."""
    name = given.get("name", "").strip()
    return given.get("kind") == "exclude" and given.get("by") == "product" and bool(name) and _id(name) is None


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 20 else None
