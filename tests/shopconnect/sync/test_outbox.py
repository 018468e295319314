"""The outbox knows nothing of what it sends: a kind is registered, asked for with a key, and sent once."""

from typing import Any

import pytest

from shopconnect.accounts.history import list_audit
from shopconnect.connectors.base import Connection, Receipt, ResourceType
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync import outbox
from shopconnect.sync.registry import OutboxKind, find_outbox_kind, register_outbox_kind
from shopconnect.sync.selectors import find_change, find_change_of_key, find_changes, list_changes
from shopconnect.sync.types import ChangeState
from tests.shopconnect.sync.conftest import work_through

pytestmark = pytest.mark.usefixtures("nobody_is_woken")
KIND = "title"


@pytest.fixture
def sent(new_room: None) -> list[tuple[str, str]]:
    """What was sent of a kind of the test's own: titles with their keys."""
    titles: list[tuple[str, str]] = []

    def send(connection: Connection, payload: Any, key: str) -> Receipt:
        connection.read_shop()
        titles.append((payload["title"], key))
        refusal = "Too long." if len(payload["title"]) > 20 else ""
        return Receipt(is_done=not refusal, reference=key, refusal=refusal)

    register_outbox_kind(
        OutboxKind(
            name=KIND,
            action="changed_price",
            send=send,
            describe=lambda payload: payload["title"],
            changed=lambda payload: (ResourceType.PRODUCT, [payload["product"]]),
        )
    )
    return titles


def ask(shop_id: int, title: str, key: str = "key", product: str = "1") -> int:
    payload = {"product": product, "title": title}
    with shop_scope(shop_id):
        return outbox.ask_change(KIND, payload, key=key, subject=product, actor_id=None)


def test_a_change_of_any_kind_goes_out_once_and_what_it_changed_is_asked_for(worldly, world, sent):
    world.sell("1", "Before")
    public_id = ask(worldly, "After")
    assert ask(worldly, "Something else") == public_id
    work_through(worldly, outbox.KIND)
    assert sent == [("After", "key")]
    assert ("fetch", ResourceType.PRODUCT, ("1",)) in world.asked
    with shop_scope(worldly):
        change = find_change(KIND, public_id)
        assert find_change_of_key(KIND, "key") == change
        assert (change.state, change.payload) == (ChangeState.DONE, {"product": "1", "title": "After"})
        assert [one.public_id for one in find_changes(KIND, "product", ["1", "2"])] == [public_id]
        assert list_changes("price") == []
    assert list_audit(worldly)[0].sentence == "Someone requested a price change: After"


def test_of_one_subject_one_change_waits_and_of_others_others_may(worldly, world, sent):
    ask(worldly, "First")
    with pytest.raises(Refusal) as refused:
        ask(worldly, "Second", key="other")
    assert refused.value.code == "change_waits"
    ask(worldly, "Third", key="third", product="2")
    work_through(worldly, outbox.KIND)
    assert [title for title, _key in sent] == ["First", "Third"]
    ask(worldly, "Second", key="other")


def test_one_key_of_two_kinds_is_two_changes(worldly, world, sent):
    register_outbox_kind(OutboxKind(**{name: getattr(find_outbox_kind(KIND), name) for name in FIELDS} | {"name": "x"}))
    with shop_scope(worldly):
        first = outbox.ask_change(KIND, {"title": "a", "product": "1"}, key="k", subject="1", actor_id=None)
        second = outbox.ask_change("x", {"title": "b", "product": "1"}, key="k", subject="1", actor_id=None)
    assert first != second


FIELDS = ("name", "action", "send", "describe", "changed")


def test_a_refusal_stands_in_the_platforms_words(worldly, world, sent):
    public_id = ask(worldly, "A title that is much too long")
    work_through(worldly, outbox.KIND)
    with shop_scope(worldly):
        change = find_change(KIND, public_id)
    assert (change.state, change.refusal) == (ChangeState.REFUSED, "Too long.")


def test_a_platform_that_is_away_is_asked_again_with_the_same_key(worldly, world, sent):
    public_id = ask(worldly, "After")
    world.failures.append(ConnectorError("shopify", 503, permanent=False))
    outbox.push_change(worldly, row_of(worldly))
    with shop_scope(worldly):
        assert find_change(KIND, public_id).state == ChangeState.WAITING
    outbox.push_change(worldly, row_of(worldly))
    assert sent == [("After", "key")]


def row_of(shop_id: int) -> int:
    with shop_scope(shop_id):
        return int(outbox.OutboxChange.objects.get().pk)


def test_a_kind_that_no_room_registered_is_not_asked_for(worldly):
    with shop_scope(worldly), pytest.raises(KeyError):
        outbox.ask_change("nothing", {}, key="k", subject="1", actor_id=None)
