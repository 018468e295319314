"""Who pays for what: the document is right by the Partner API's published schema, and its answers are read."""

import gzip
import json
import re
from datetime import UTC, datetime

import pytest
from graphql import build_client_schema, parse, validate
from graphql.validation import NoDeprecatedCustomRule, specified_rules

from shopconnect.connectors.billing import BilledShop, Subscription
from shopconnect.connectors.shopify import client
from shopconnect.connectors.shopify.billing import API_VERSION, AppPricing, Partner
from shopconnect.connectors.shopify.queries import FOLDER, read_query
from shopconnect.connectors.types import ConnectorError
from shopconnect.core import http
from tests.connectors.shopify.answers import CannedResponse, one_after_another, refused, speaking
from tests.connectors.shopify.test_documents import PUBLISHED

SOLD = BilledShop(platform="shopify", external_id="lumen.myshopify.com", number="9001", public_id=1)
TRIAL, CYCLE = "2026-12-01T00:00:00Z", "2026-12-24T10:00:00Z"


@pytest.fixture(autouse=True)
def _loopback():
    http.configure(allow_loopback=True)


def pricing(origin: str) -> AppPricing:
    return AppPricing(
        Partner(organisation="77", token="prtapi_x", app_number="42", app_handle="shopconnect", origin=origin)
    )


def paid(**changes):
    found = {
        "trialEndsAt": None,
        "cancelAtEndOfCycle": False,
        "currentBillingCycle": {"endTime": CYCLE},
        "items": [{"handle": "growth"}],
    } | changes
    return CannedResponse({"data": {"activeSubscription": found}})


def find(said: CannedResponse) -> Subscription:
    with speaking(one_after_another(said)) as (url, asked):
        found = pricing(url).find_subscription(SOLD)
    assert asked[0].variables == {"appId": "gid://shopify/App/42", "shopId": "gid://shopify/Shop/9001"}
    assert asked[0].token == "prtapi_x"
    return found


def test_the_document_is_right_by_the_published_schema_and_uses_nothing_deprecated():
    file = PUBLISHED / f"partner_{API_VERSION}.json.gz"
    schema = build_client_schema(json.loads(gzip.decompress(file.read_bytes()))["data"], assume_valid=True)
    document = parse(read_query("partner/active_subscription"))
    assert validate(schema, document, [*specified_rules, NoDeprecatedCustomRule]) == []


def test_what_is_paid_for_is_told():
    assert find(paid()) == Subscription(plan="growth")
    trial = find(paid(trialEndsAt=TRIAL, currentBillingCycle=None))
    assert trial == Subscription(plan="growth", trial_ends_at=datetime(2026, 12, 1, tzinfo=UTC))


def test_a_cancelled_plan_ends_with_what_is_paid():
    assert find(paid(cancelAtEndOfCycle=True)).ends_at == datetime(2026, 12, 24, 10, tzinfo=UTC)
    trial = find(paid(cancelAtEndOfCycle=True, trialEndsAt=TRIAL, currentBillingCycle=None))
    assert trial.ends_at == trial.trial_ends_at == datetime(2026, 12, 1, tzinfo=UTC)


def test_who_pays_for_nothing_has_no_plan():
    assert find(CannedResponse({"data": {"activeSubscription": None}})) == Subscription()


@pytest.mark.parametrize("said", [CannedResponse(b"<html>", status=401), refused("ACCESS_DENIED")])
def test_a_refusal_is_a_connector_error_that_lasts(said):
    with pytest.raises(ConnectorError) as error:
        find(said)
    assert error.value.permanent


@pytest.mark.parametrize(
    "said", [CannedResponse(status=503), CannedResponse(status=429), CannedResponse(b"<html>"), refused("THROTTLED")]
)
def test_trouble_that_passes_is_an_error_that_does_not_last(said, monkeypatch):
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.001)
    with pytest.raises(ConnectorError) as error:
        find(said)
    assert not error.value.permanent


@pytest.mark.parametrize(
    "found", [{}, {"activeSubscription": {}}, {"activeSubscription": []}, {"activeSubscription": {"items": None}}]
)
def test_an_answer_in_a_shape_of_its_own_is_an_error_and_never_a_plan_that_ended(found):
    with pytest.raises(ConnectorError):
        find(CannedResponse({"data": found}))


def test_a_time_that_is_none_is_an_error_too():
    with pytest.raises(ConnectorError):
        find(paid(trialEndsAt="soon"))


def test_nothing_is_charged_by_us():
    """Plans are bought at Shopify: no document makes a charge, by use or otherwise."""
    texts = [path.read_text() for path in FOLDER.rglob("*.graphql")]
    assert not [text for text in texts if re.search(r"app(Subscription|Purchase|UsageRecord|Credit)\w*\(", text)]
    assert [text for text in texts if "activeSubscription(" in text]


def test_plans_are_chosen_in_the_shops_own_admin():
    page = pricing("https://partners.example").plan_page(SOLD)
    assert page == "https://admin.shopify.com/store/lumen/charges/shopconnect/pricing_plans"
