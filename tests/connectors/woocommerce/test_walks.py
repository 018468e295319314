"""Lists that move while they are read: nothing is passed over, in whatever zone the shop keeps its time."""

from datetime import UTC, datetime, timedelta

import pytest

from shopconnect.connectors.base import ResourceType
from shopconnect.connectors.types import OrderDraft, OrderKind, ProductDraft
from shopconnect.connectors.woocommerce.places import IdPlace
from shopconnect.core import caches

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def connect(source):
    return source.platform.connect(source.shop, source.tokens)


def walk(read, between=lambda page: None):
    found, cursor = [], ""
    while True:
        page = read(cursor)
        found += page.items
        cursor = page.next_cursor
        if not cursor:
            return found
        between(page)


def products(source):
    return {str(row["id"]): row for row in source.store.alive("product")}


@pytest.mark.parametrize("size", [2, 3, 5, 100])
def test_edits_and_deletions_between_pages_of_changes_lose_nothing(source, monkeypatch, size):
    source.page_by(size, monkeypatch)
    connection, turns = connect(source), iter(range(40))

    def move(page):
        """Edit what was just read, and throw something of it away."""
        alive = [
            row for row in source.store.alive("product") if str(row["id"]) in {one.external_id for one in page.items}
        ]
        turn = next(turns, None)
        if turn is not None and alive:
            source.retitle_product(str(alive[0]["id"]), f"Edited {turn}")
            if turn % 3 == 0 and len(alive) > 1:
                source.store.trash("product", alive[-1])

    drafts = walk(lambda cursor: connection.list_changed(ResourceType.PRODUCT, LONG_AGO, cursor), move)
    last = {draft.external_id: draft.title for draft in drafts if isinstance(draft, ProductDraft)}
    alive = products(source)
    assert {pk: title for pk, title in last.items() if pk in alive} == {pk: row["name"] for pk, row in alive.items()}


def test_a_second_in_which_more_changed_than_a_page_holds_is_read_whole(source, monkeypatch):
    source.page_by(3, monkeypatch)
    for row in source.store.alive("product"):
        row["date_modified_gmt"] = "2026-11-20T10:00:00"
    late = source.store.add_product("Late")
    connection = connect(source)
    drafts = walk(lambda cursor: connection.list_changed(ResourceType.PRODUCT, LONG_AGO, cursor))
    assert sorted(draft.external_id for draft in drafts) == sorted(products(source))
    assert drafts[-1].external_id == str(late["id"])
    ids = walk(lambda cursor: connection.list_changed_ids(ResourceType.PRODUCT, LONG_AGO, cursor))
    assert sorted(ids) == sorted(products(source))


@pytest.mark.parametrize("timezone", ["Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC"])
@pytest.mark.parametrize(("resource", "kind"), [(ResourceType.PRODUCT, "product"), (ResourceType.ORDER, "order")])
def test_a_time_is_the_same_moment_in_whatever_zone_the_shop_lives(source, timezone, resource, kind):
    source.store.timezone = timezone
    last = source.store.rows(kind)[-1]
    with source.store.changing(kind, last):
        pass
    changed = source.store.at
    assert [draft.external_id for draft in connect(source).list_changed(resource, changed).items] == [str(last["id"])]
    assert connect(source).list_changed(resource, changed + timedelta(seconds=1)).items == ()


def test_what_came_back_behind_the_cursor_moves_nothing(source, monkeypatch):
    source.page_by(3, monkeypatch)
    first = source.store.alive("product")[0]
    source.store.trash("product", first)
    ids = list(products(source))
    found = walk(
        lambda cursor: connect(source).list_ids(ResourceType.PRODUCT, cursor),
        lambda page: source.store.restore("product", first) if first["status"] == "trash" else None,
    )
    assert found == ids


@pytest.mark.parametrize("gone", range(9))
@pytest.mark.parametrize("seen", [3, 6, 9])
def test_a_list_of_ids_ends_whatever_number_went_behind_it(seen, gone):
    alive, asked = list(range(1, 10)), []

    def ask(*, offset, per_page, **_):
        asked.append(offset)
        assert len(asked) < 50, asked
        return [{"id": one} for one in alive[int(offset) :][: int(per_page)]]

    place, found = str(IdPlace(seen, seen)), []
    del alive[: min(gone, seen)]
    while place:
        rows, place = IdPlace.of(place).next_rows(ask, 3)
        found += [row["id"] for row in rows]
    assert found == list(range(seen + 1, 10))


def test_a_cache_that_tells_of_yesterday_is_not_asked(source):
    source.double_shop.is_cached = True
    connection = connect(source)
    pot = source.store.alive("product")[0]
    connection.fetch(ResourceType.PRODUCT, [str(pot["id"])])
    source.retitle_product(str(pot["id"]), "Newer")
    (draft,) = connection.fetch(ResourceType.PRODUCT, [str(pot["id"])]).drafts
    assert draft.title == "Newer"


@pytest.mark.parametrize("resource", [ResourceType.PRODUCT, ResourceType.ORDER])
def test_an_older_shop_without_lists_of_variations_and_refunds_says_the_same(source, resource):
    new = walk(lambda cursor: connect(source).list_changed(resource, LONG_AGO, cursor))
    asked = [one for one in source.double_shop.asked if "/variations?" in one or "/refunds?" in one]
    assert asked
    assert not any("/products/" in one or "/orders/" in one for one in asked)
    source.double_shop.version = (8, 9)
    caches.reset_all()  # as a minute does
    assert walk(lambda cursor: connect(source).list_changed(resource, LONG_AGO, cursor)) == new
    kinds = {draft.kind for draft in new if isinstance(draft, OrderDraft)}
    assert kinds == ({OrderKind.ORDER, OrderKind.REFUND} if resource is ResourceType.ORDER else set())
