"""Whatever comes back for an answer, and how gently a shop is asked."""

import pytest

from shopconnect.connectors.base import Ability, ResourceType, Tokens
from shopconnect.connectors.types import AccessEnded, ConnectorError
from shopconnect.connectors.woocommerce.client import SLOW_SECONDS, ShopRefused, WooClient
from shopconnect.core.pace import Pace, at_pace

HTML = {"Content-Type": "text/html"}
STATUS = "/wc/v3/system_status"


class FakeTime:
    """A clock that waiting and answering move."""

    def __init__(self):
        self.at, self.waited, self.answers_take = 0.0, [], 0.0

    def clock(self):
        self.at += self.answers_take
        return self.at

    def wait(self, seconds):
        self.waited.append(seconds)
        self.at += seconds


@pytest.fixture
def time():
    return FakeTime()


@pytest.fixture
def client(source, time):
    origin = source.platform.origin.format(shop=source.shop)
    return WooClient(origin, source.tokens, clock=time.clock, wait=time.wait)


def connect(source, tokens=None):
    return source.platform.connect(source.shop, tokens or source.tokens)


def test_a_host_that_strips_the_header_is_asked_by_the_query_and_remembered(source, client):
    source.double_shop.strips_authorization = True
    client.get(STATUS)
    assert len(source.double_shop.asked) == 2
    client.get(STATUS)
    assert len(source.double_shop.asked) == 3
    source.double_shop.strips_authorization = False
    source.double_shop.is_revoked = True
    with pytest.raises(AccessEnded):
        client.get(STATUS)


@pytest.mark.parametrize("tokens", [Tokens(access="ck_other", secret="cs_double"), Tokens(access="ck_double")])
def test_an_unknown_key_and_another_secret_end_access(source, tokens):
    with pytest.raises(AccessEnded) as told:
        connect(source, tokens).read_shop()
    assert "cs_double" not in f"{told.value} {vars(told.value)}"


def test_a_key_that_may_only_read_is_refused_and_still_reads(source):
    source.double_shop.is_read_only = True
    connection = connect(source)
    with pytest.raises(ShopRefused) as told:
        connection.subscribe_webhooks("https://ours.example/hooks")
    assert (told.value.status, told.value.permanent) == (401, True)
    assert connection.read_shop().currency == "EUR"
    assert connect(source, Tokens(access="ck_double", secret="cs_double", scopes=("read",))).can == {Ability.PAGES}


def test_woocommerce_that_is_switched_off_may_come_back(source):
    source.double_shop.is_switched_off = True
    with pytest.raises(ShopRefused) as told:
        connect(source).read_shop()
    assert (told.value.code, told.value.permanent) == ("rest_no_route", False)


@pytest.mark.parametrize(
    "reply",
    [
        (200, HTML, b"<html>Checking your browser</html>"),
        (200, HTML, b'{"cut": "off'),
        (401, HTML, b"<html>Unauthorized</html>"),
        (403, {}, b'{"error": "blocked", "code": 1020}'),
        (301, {"Location": "https://elsewhere.example/"}, b""),
    ],
)
def test_what_stands_before_a_shop_ends_nothing_and_is_tried_later(source, client, reply):
    source.double_shop.failures = [reply]
    with pytest.raises(ConnectorError) as told:
        client.get(STATUS)
    assert (type(told.value), told.value.permanent) == (ConnectorError, False)
    assert "cs_double" not in f"{told.value} {vars(told.value)}"


def test_a_shop_that_is_asked_too_much_is_left_alone_as_long_as_it_says(source, client, time):
    source.double_shop.failures = [(429, {"Retry-After": "7"}, b""), (503, HTML, b"")]
    assert client.get(STATUS)["settings"]["currency"] == "EUR"
    assert time.waited == [7.0, 2.0]


def test_who_has_others_waiting_never_sleeps(source, client, time):
    source.double_shop.failures = [(503, HTML, b"")]
    with at_pace(Pace.PROMPT), pytest.raises(ConnectorError):
        client.get(STATUS)
    assert time.waited == []


def test_a_shop_that_answers_slowly_rests_as_long_as_it_took(source, client, time):
    client.get(STATUS)
    assert time.waited == []
    time.answers_take = SLOW_SECONDS
    client.get(STATUS)
    assert time.waited[0] > SLOW_SECONDS


def test_what_changes_something_is_sent_once(source, client, time):
    source.double_shop.failures = [(503, HTML, b"")]
    with pytest.raises(ConnectorError):
        client.send("POST", "/wc/v3/webhooks", {})
    assert len(source.double_shop.asked) == 1


def test_a_small_machine_is_asked_for_shorter_lists_and_nothing_is_lost(source, monkeypatch):
    monkeypatch.setattr("shopconnect.connectors.woocommerce.client.FIRST_PAUSE", 0.0)
    for number in range(120):
        source.store.add_product(f"More {number}")
    source.double_shop.bears = 45
    connection, cursor, found = connect(source), "", []
    while True:
        page = connection.list_ids(ResourceType.PRODUCT, cursor)
        found += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == [str(row["id"]) for row in source.store.rows("product")]


@pytest.mark.parametrize(("said", "told"), [({"X-WP-Total": "12"}, 12), ({}, 0), ({"X-WP-Total": "many"}, 0)])
def test_how_many_there_are_is_0_where_a_host_strips_what_says_so(source, client, said, told):
    source.double_shop.failures.append((200, {"Content-Type": "application/json", **said}, b"[]"))
    assert client.count("/wc/v3/orders") == told
