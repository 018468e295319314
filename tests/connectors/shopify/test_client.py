"""The client asks for no more than the bucket bears, and comes through whatever else is said instead of an answer."""

import pytest

from shopconnect.connectors.shopify.client import MOST_TRIES, Client, TooCostly
from shopconnect.connectors.types import ConnectorError
from shopconnect.core import http
from shopconnect.core.pace import Pace, at_pace
from tests.connectors.shopify.answers import CannedResponse, Time, costing, one_after_another, refused, speaking

DATA = CannedResponse({"data": {"shop": {"name": "x"}}})
HTML = CannedResponse(b"<html>We'll be right back</html>", headers={"Content-Type": "text/html"})


@pytest.fixture(autouse=True)
def _loopback():
    http.configure(allow_loopback=True)


@pytest.fixture
def time():
    return Time()


def client_of(url, time):
    return Client(url, "shpat_secret", clock=time.clock, wait=time.wait)


def test_an_answer_is_its_data(time):
    with speaking(one_after_another(DATA)) as (url, asked):
        assert client_of(url, time).ask("{ shop { name } }", {"a": 1}) == {"shop": {"name": "x"}}
    assert [(one.query, one.variables, one.token) for one in asked] == [("{ shop { name } }", {"a": 1}, "shpat_secret")]
    assert time.waits == []


def test_a_query_waits_until_the_bucket_bears_what_it_cost_before(time):
    with speaking(one_after_another(costing({}, requested=500, available=100), costing({}, 500, 400))) as (url, _):
        client = client_of(url, time)
        client.ask("q", {}, items=10)
        client.ask("q", {}, items=10)
        assert time.waits == [4.0]  # 400 points are missing, and 100 come back each second
        time.now += 1
        client.ask("q", {}, items=4)  # 200 points: there are 500
    assert time.waits == [4.0]


def test_of_a_query_never_asked_before_the_usual_is_expected(time):
    with speaking(one_after_another(costing({}, requested=10, available=100))) as (url, _):
        client = client_of(url, time)
        client.ask("q", {})
        client.ask("another", {})
    assert time.waits == [5.0]


def test_a_bucket_smaller_than_a_query_is_waited_for_until_it_is_full(time):
    with speaking(one_after_another(costing({}, requested=300, available=100, most=200))) as (url, _):
        client = client_of(url, time)
        client.ask("q", {})
        client.ask("q", {})
    assert time.waits == [1.0]


def test_lists_are_as_long_as_the_cost_of_one_item_allows(time):
    with speaking(one_after_another(costing({}, 400, 2000), costing({}, 400, 2000, most=100))) as (url, _):
        client = client_of(url, time)
        assert client.list_size("q", 7) == 7
        client.ask("q", {}, items=10)
        assert client.list_size("q", 7) == 15
        client.ask("q", {}, items=100)
        assert client.list_size("q", 7) == 12  # of half a small bucket


def test_a_throttled_query_in_a_200_is_asked_again_when_the_bucket_bears_it(time):
    throttled = refused("THROTTLED", requested=500, available=0)
    with speaking(one_after_another(throttled, costing({"a": 1}, 500, 1000))) as (url, asked):
        assert client_of(url, time).ask("q", {}) == {"a": 1}
    assert (sum(time.waits), len(asked)) == (5.0, 2)


def test_what_costs_too_much_is_said_at_once_and_half_as_long_the_next_time(time):
    with speaking(one_after_another(refused("MAX_COST_EXCEEDED"))) as (url, asked):
        client = client_of(url, time)
        with pytest.raises(TooCostly):
            client.ask("q", {}, items=40)
        assert client.list_size("q", 40) == 20
    assert (time.waits, len(asked)) == ([], 1)


@pytest.mark.parametrize(
    "trouble",
    [
        CannedResponse(status=500),
        CannedResponse(status=502),
        CannedResponse(status=503),
        CannedResponse(status=504),
        CannedResponse(status=430),
        HTML,
        CannedResponse(b""),
        CannedResponse(b'{"data": {"shop": {"na'),
        CannedResponse(b"[]"),
        CannedResponse(b"\xff\xfe"),
        CannedResponse({"data": None}),
        CannedResponse(b"{}", length=500),
        refused("INTERNAL_SERVER_ERROR"),
        refused("TIMEOUT"),
    ],
)
def test_trouble_that_passes_is_waited_out(trouble, time):
    with speaking(one_after_another(trouble, trouble, DATA)) as (url, asked):
        assert client_of(url, time).ask("q", {}) == {"shop": {"name": "x"}}
    assert (time.waits, len(asked)) == ([0.5, 1.0], 3)


def test_a_429_is_waited_for_as_long_as_it_says(time):
    with speaking(one_after_another(CannedResponse(status=429, headers={"Retry-After": "2.0"}), DATA)) as (url, _):
        client_of(url, time).ask("q", {})
    assert time.waits == [2.0]


def test_a_429_that_says_longer_than_we_wait_is_handed_on(time):
    with (
        speaking(one_after_another(CannedResponse(status=429, headers={"Retry-After": "300"}))) as (url, asked),
        pytest.raises(ConnectorError) as told,
    ):
        client_of(url, time).ask("q", {})
    assert (told.value.status, told.value.permanent, told.value.retry_after) == (429, False, 300)
    assert (time.waits, len(asked)) == ([], 1)


def test_what_is_prompt_never_waits(time):
    answers = (CannedResponse(status=502), costing({}, 500, 100), costing({}, 500, 0))
    with at_pace(Pace.PROMPT), speaking(one_after_another(*answers)) as (url, asked):
        client = client_of(url, time)
        client.ask("q", {})  # asked once more at once
        with pytest.raises(ConnectorError) as told:
            client.ask("q", {})
    assert (told.value.status, told.value.permanent, told.value.retry_after) == (429, False, 4.0)
    assert (time.waits, len(asked)) == ([], 2)


@pytest.mark.parametrize("trouble", [CannedResponse(status=503), refused("THROTTLED")])
def test_what_is_prompt_hands_trouble_on_that_stays(trouble, time):
    with at_pace(Pace.PROMPT), speaking(one_after_another(trouble)) as (url, asked), pytest.raises(ConnectorError):
        client_of(url, time).ask("q", {})
    assert (time.waits, len(asked)) == ([], 1 if trouble.status == 200 else 2)


def test_what_runs_in_the_background_leaves_half_the_bucket(time):
    with at_pace(Pace.BACKGROUND), speaking(one_after_another(costing({}, 500, 900, most=1000))) as (url, _):
        client = client_of(url, time)
        client.ask("q", {})
        client.ask("q", {})
    assert time.waits == [1.0]


def test_trouble_that_stays_ends_in_tries_and_in_time(time):
    with speaking(one_after_another(CannedResponse(status=503))) as (url, asked), pytest.raises(ConnectorError) as told:
        client_of(url, time).ask("q", {})
    assert (told.value.status, told.value.permanent) == (503, False)
    assert len(asked) == MOST_TRIES
    assert sum(time.waits) <= 20


def test_a_bucket_that_stays_empty_is_said_and_not_waited_for(time):
    with (
        speaking(one_after_another(costing({}, requested=900, available=0, restore=1))) as (url, asked),
        pytest.raises(ConnectorError) as told,
    ):
        client = client_of(url, time)
        client.ask("q", {})
        client.ask("q", {})
    assert (told.value.status, told.value.permanent, told.value.retry_after, len(asked)) == (429, False, 900, 1)


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (CannedResponse({"errors": "[API] Invalid API key or access token"}, status=401), 401),
        (CannedResponse(status=403), 403),
        (CannedResponse(status=404), 404),
        (refused("ACCESS_DENIED", "Access denied for orders field."), 403),
        (refused("", "Field 'x' doesn't exist"), 400),
    ],
)
def test_a_refusal_is_final_and_asked_for_once(refusal, status, time):
    with speaking(one_after_another(refusal)) as (url, asked), pytest.raises(ConnectorError) as told:
        client_of(url, time).ask("q", {})
    assert (told.value.platform, told.value.status, told.value.permanent, len(asked)) == ("shopify", status, True, 1)


@pytest.mark.parametrize("status", [402, 423])
def test_a_frozen_shop_is_left_alone_for_an_hour(status, time):
    with (
        speaking(one_after_another(CannedResponse(status=status))) as (url, asked),
        pytest.raises(ConnectorError) as told,
    ):
        client_of(url, time).ask("q", {})
    assert (told.value.permanent, told.value.retry_after, len(asked)) == (False, 3600, 1)


def test_nobody_there_is_trouble_that_passes(time):
    with pytest.raises(ConnectorError) as told:
        client_of("http://127.0.0.1:1", time).ask("q", {})
    assert (told.value.status, told.value.permanent, len(time.waits)) == (None, False, MOST_TRIES - 1)


@pytest.mark.parametrize("trouble", [CannedResponse(status=502), HTML, CannedResponse(b"{}", length=500)])
def test_what_must_not_happen_twice_is_not_asked_again_when_its_fate_is_unknown(trouble, time):
    with speaking(one_after_another(trouble, DATA)) as (url, asked), pytest.raises(ConnectorError):
        client_of(url, time).ask("mutation", {}, again=False)
    assert len(asked) == 1


def test_what_must_not_happen_twice_is_asked_again_when_it_did_not_happen(time):
    with speaking(one_after_another(CannedResponse(status=429), refused("THROTTLED"), DATA)) as (url, asked):
        client_of(url, time).ask("mutation", {}, again=False)
    assert len(asked) == 3


def test_the_token_is_in_no_error_and_no_log(time, caplog):
    with (
        speaking(one_after_another(CannedResponse({"errors": "no"}, status=401))) as (url, _),
        pytest.raises(ConnectorError) as told,
    ):
        client_of(url, time).ask("q", {})
    assert "shpat_secret" not in f"{told.value!r} {told.value} {vars(told.value)} {caplog.text}"


def test_an_answer_too_large_is_asked_for_half_as_long_the_next_time(time, monkeypatch):
    monkeypatch.setattr("shopconnect.connectors.shopify.client.MOST_BYTES", 100)
    with speaking(one_after_another(CannedResponse({"data": {"a": "x" * 200}}))) as (url, _):
        client = client_of(url, time)
        with pytest.raises(TooCostly):
            client.ask("q", {}, items=40)
        assert client.list_size("q", 40) == 20
