"""Who is no shopper is answered, and counts nowhere."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from shopconnect.accounts.types import Role
from shopconnect.billing.types import Meter
from shopconnect.core.cache.redis import client
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.models import AuditEntry
from shopconnect.widgets import counts, limits, visits
from shopconnect.widgets.non_shoppers import MARK_DAYS, find_non_shopper, is_robot, staff_mark
from shopconnect.widgets.registry import shopper_endpoint
from shopconnect.widgets.services import REVOKED_STAFF_MARKS, fronts, read_staff_mark
from shopconnect.widgets.types import NonShopper, Rate, WidgetRequest, WidgetResponse
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.shopconnect.widgets.conftest import ORIGIN, Stub

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) {}/141.0.0.0 Safari/537.36"
ROBOTS = [
    "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
    "Site24x7",
    "DatadogSynthetics",
    "NewRelicPinger/1.0 (1)",
    "Mozilla/5.0 Catchpoint",
    "Uptime-Kuma/1.23.0",
    "Mozilla/5.0 Checkly/1.0 (https://www.checklyhq.com)",
    "curl/8.1",
    "updown.io daemon 2.11",
    "check_http/v2.2.1 (nagios-plugins 2.2.1)",
    "Zabbix 6.0",
    "Blackbox Exporter/0.24.0",
    "Mediapartners-Google",
    "GoogleOther",
    "meta-externalagent/1.1",
    "ia_archiver",
    "Wget/1.2",
    "python-requests/2.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
    "facebookexternalhit/1.1",
    CHROME.format("HeadlessChrome"),
    CHROME.format("Chrome") + " StatusCake",
    CHROME.format("Chrome") + " (GTmetrix)",
    "vercelbot",
    CHROME.format("Chrome") + " Chrome-Lighthouse",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0)",
]
SHOPPERS = [
    "",
    CHROME.format("Chrome"),
    "Mozilla/5.0 (Linux; Android 13; CUBOT X70) Chrome/120 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/440]",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 GSA/300.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 13; SM-S911B; wv) Chrome/120 Mobile Safari/537.36 Instagram 312.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.1; rv:120.0) Gecko/20100101 Firefox/120.0",
]


@pytest.mark.parametrize("agent", ROBOTS)
def test_robots_and_monitors_are_known_by_their_name(agent: str):
    assert is_robot(agent)


@pytest.mark.parametrize("agent", SHOPPERS)
def test_browsers_and_telephones_are_shoppers(agent: str):
    assert not is_robot(agent)


@pytest.mark.parametrize(
    ("agent", "reason", "found"),
    [
        (SHOPPERS[1], "", None),
        (SHOPPERS[1], "s", NonShopper.STAFF),
        (SHOPPERS[1], "p", NonShopper.PREVIEW),
        (SHOPPERS[1], "r", None),
        (SHOPPERS[1], "staff", None),
        ("curl/8.1", "", NonShopper.ROBOT),
        ("curl/8.1", "s", NonShopper.ROBOT),
    ],
)
def test_a_page_says_staff_or_preview_and_makes_no_robot_a_person(agent: str, reason: str, found: NonShopper | None):
    assert find_non_shopper(agent, reason) == found


@pytest.mark.parametrize(
    ("query", "agent", "cache_control"),
    [
        ({}, SHOPPERS[1], "public, max-age=60"),
        ({}, "Uptime-Kuma/1.23.0", "no-store"),
        ({"apart": "s"}, SHOPPERS[1], "no-store"),
        ({"apart": "p"}, SHOPPERS[1], "no-store"),
    ],
)
def test_what_is_told_to_no_shopper_is_kept_by_nobody(key: str, stub: Stub, query, agent: str, cache_control: str):
    stub.does = lambda ask: WidgetResponse({"ok": True}, keep_seconds=60)
    answer = Client().get(f"/w/{key}/stub", query, headers={"origin": ORIGIN, "user-agent": agent})
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    assert answer["Cache-Control"] == cache_control


def test_a_post_says_it_in_its_body(key: str, stub: Stub):
    query = {"apart": "p"}
    Client().post(f"/w/{key}/stub?apart=s", query, "application/json", headers={"origin": ORIGIN})
    assert [ask.non_shopper for ask in stub.asks] == [NonShopper.PREVIEW]


def test_each_is_counted_under_its_label(key: str, shop: ShopId, serve: Any):
    endpoint = shopper_endpoint(rate=Rate(9), label=lambda ask: f"similar|{ask.non_shopper or 'A'}")(
        lambda ask: WidgetResponse({})
    )
    serve("marked", endpoint)
    counts.forget()
    for query, agent in (({}, SHOPPERS[1]), ({"apart": "s"}, SHOPPERS[1]), ({"apart": "s"}, ROBOTS[0])):
        Client().get(f"/w/{key}/marked", query, headers={"origin": ORIGIN, "user-agent": agent})
    limits.count_call(shop, "marked", "somebody", Rate(9))  # what was noted goes along with the next call
    noted = client().hgetall(counts.noted_key(shop))
    noted_labels = {field.decode().split("|", 1)[1]: int(count) for field, count in noted.items()}
    assert noted_labels == {"similar|A|requests": 1, "similar|s|requests": 1, "similar|r|requests": 1}


def marked(key: str, said: str) -> Any:
    return Client().get(f"/w/{key}/metered", {"apart": said}, headers={"origin": ORIGIN, "user-agent": SHOPPERS[1]})


def used(shop_id: ShopId) -> int:
    limits.count_call(shop_id, "events", "somebody", Rate(99))  # what was noted goes along
    return sum(int(one) for one in client().hvals(f"shop:{shop_id}:usage"))


def test_who_only_says_that_they_are_staff_gains_nothing_and_a_signed_mark_uses_nothing_up(
    key: str, shop: ShopId, other_shop: ShopId, serve: Any
):
    asked: list[NonShopper | None] = []

    def view(ask: WidgetRequest) -> WidgetResponse:
        asked.append(ask.non_shopper)
        return WidgetResponse({})

    client().flushdb()
    visits.forget()
    serve("metered", shopper_endpoint(meter=Meter("shown"))(view))
    mark = staff_mark(shop, 0)
    with time_machine.travel(now() + timedelta(days=MARK_DAYS), tick=False):
        marked(key, mark)
    assert (asked.pop(), used(shop)) == (NonShopper.STAFF, 0)
    for said, found in (
        (staff_mark(other_shop, 0), None),
        (mark[:-1] + ("0" if mark[-1] != "0" else "1"), None),
        (mark.replace("s.", "s.9", 1), None),
        ("s", NonShopper.STAFF),
        ("p", NonShopper.PREVIEW),
    ):
        marked(key, said)
        assert asked.pop() == found
    assert used(shop) == 1  # of one address in half an hour
    with time_machine.travel(now() + timedelta(days=MARK_DAYS + 1), tick=False):
        marked(key, mark)
    assert asked.pop() is None


def test_an_owner_ends_every_mark_of_staff(key: str, shop: ShopId, serve: Any):
    asked: list[NonShopper | None] = []

    def view(ask: WidgetRequest) -> WidgetResponse:
        asked.append(ask.non_shopper)
        return WidgetResponse({})

    serve("metered", shopper_endpoint(meter=Meter("shown"))(view))
    owner, analyst = make_member(shop, Role.OWNER), make_member(shop, Role.ANALYST)
    before = read_staff_mark(shop)
    marked(key, before)
    assert signed_in(analyst).post(reverse("experiments:count_staff")).status_code == 403
    assert read_staff_mark(shop) == before
    assert signed_in(owner).post(reverse("experiments:count_staff")).status_code == 302
    fronts.forget()
    marked(key, before)
    marked(key, read_staff_mark(shop))
    assert asked == [NonShopper.STAFF, None, NonShopper.STAFF]
    with shop_scope(shop):
        assert REVOKED_STAFF_MARKS in [entry.action for entry in AuditEntry.objects.all()]
