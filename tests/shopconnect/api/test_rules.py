"""Rules are written over REST with the checks of their page, and tests are begun and ended."""

import pytest

from recommender.products.rules import live
from recommender.products.rules import services as rules
from recommender.products.rules.book import rule_schema
from recommender.products.rules.types import DEFAULT_RULES, Limit
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments.selectors import config_of_shop

LIMIT = {"kind": "limit", "by": "vendor", "most": 2}


def test_the_description_offers_a_limit_what_it_takes():
    (limit,) = (one for one in rule_schema()["oneOf"] if one["title"] == "Limit")
    assert limit["properties"]["by"]["enum"] == ["category", "vendor"]


def test_the_document_says_between_which_numbers_a_rule_lies():
    found = {
        (one["title"], name): (field.get("minimum"), field.get("maximum"))
        for one in rule_schema()["oneOf"]
        for name, field in one["properties"].items()
        if field.get("type") == "integer"
    }
    assert found == {
        ("Pin", "place"): (1, 8),
        ("Limit", "most"): (1, 8),
        ("NotBought", "days"): (1, 730),
        ("Corridor", "low"): (0, 1000),
        ("Corridor", "high"): (0, 1000),
    }


def send(api, path, body, method="post"):
    return getattr(api, method)(f"/api/v1/{path}", body, content_type="application/json")


def draft(api):
    return api.get("/api/v1/rules/draft").json()


def write(api, *given):
    return send(api, "rules/draft", {"mark": draft(api)["mark"], "rules": list(given)}, "put")


def test_rules_are_written_put_in_force_and_undone(api, shop):
    written = write(api, {"kind": "stock"}, LIMIT)
    assert written.status_code == 200
    assert [rule["kind"] for rule in written.json()["rules"]] == ["stock", "limit"]
    assert written.json()["rules"][1]["sentence"] == "At most 2 products per brand"
    assert live.rules_for(shop).rules == DEFAULT_RULES
    mark = written.json()["mark"]
    refused = send(api, "rules/publish", {"mark": mark})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_replayed")
    put = send(api, "rules/publish", {"mark": mark, "meant": True})
    assert (put.status_code, put.json()["number"], put.json()["state"]) == (200, 1, "live")
    assert live.rules_for(shop).rules[1] == Limit(by="vendor", most=2)
    assert send(api, "rules/undo", {"number": 0}).json()["undoes"] == 0
    assert live.rules_for(shop).rules == DEFAULT_RULES
    assert send(api, "rules/undo", {"number": 9}).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "pin", "product": "7", "place": 1},
        {"kind": "limit", "by": "product", "most": 1},
        {"kind": "boost", "push": "vendor", "strength": "clear", "vendor": "Nobody"},
    ],
)
def test_what_is_no_rule_of_the_shop_is_refused_and_nothing_changes(api, shop, given):
    refused = write(api, given)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_rule")
    assert rules.find_draft(shop) is None


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"kind": "pin", "product": "7", "place": 9}, "place", "from 1 to 8"),
        ({"kind": "pin", "product": "x", "place": 1}, "product", "Choose a product"),
        ({"kind": "boost", "push": "charm", "strength": "clear"}, "push", "what to boost"),
        ({"kind": "stock", "shelf": "cellar"}, "shelf", "shelf doesn’t exist"),
        ({"kind": "unknown"}, "kind", "what the rule does"),
        ({"by": "vendor", "most": 2}, "kind", "what the rule does"),
    ],
)
def test_a_value_that_no_rule_takes_is_told_by_its_field(api, shop, given, field, said):
    refused = write(api, LIMIT, given)
    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (400, "invalid")
    assert said in error["fields"][f"rules.1.{field}"][0]
    assert rules.find_draft(shop) is None


def test_the_description_tells_rules_apart_by_their_kind(client):
    document = client.get("/api/v1/schema").json()
    rule = document["components"]["schemas"]["DraftIn"]["properties"]["rules"]["items"]
    kinds = {one["properties"]["kind"]["const"] for one in rule["oneOf"]}
    assert kinds == {"stock", "pin", "exclude", "boost", "limit", "bought", "corridor"}
    assert rule["discriminator"]["propertyName"] == "kind"


def test_a_draft_that_somebody_changed_is_not_written_over(api, shop):
    seen = draft(api)["mark"]
    rules.add_rule(shop, 1, {"kind": "bought", "days": 9})
    refused = send(api, "rules/draft", {"mark": seen, "rules": []}, "put")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "draft_changed")
    assert len(rules.find_draft(shop).rules) == 2


@pytest.mark.parametrize("keep", [True, False])
def test_a_test_is_begun_once_and_ended(api, shop, keep):
    mark = write(api, LIMIT).json()["mark"]
    begun = send(api, "tests", {"kind": "rules", "value": 0, "days": 14, "mark": mark, "meant": True})
    assert (begun.status_code, begun.json()["data"][0]["value"]) == (201, 1)
    again = send(api, "tests", {"kind": "rules", "value": 0, "days": 200})
    assert again.status_code == 400
    assert send(api, "rules/undo", {"number": 1}).json()["error"]["code"] == "running"
    place = f"tests/{begun.json()['data'][0]['id']}/end"
    ended = send(api, place, {"keep": keep}).json()["data"][0]
    assert (ended["ended_at"] is not None, ended["because"]) == (True, "kept" if keep else None)
    assert (live.rules_for(shop).rules == DEFAULT_RULES) == (not keep)
    assert send(api, place, {}).status_code == 404
    with shop_scope(shop):
        assert config_of_shop().experiment is None


def test_another_shops_token_and_one_without_the_scope_change_nothing(api, shop, other_shop, caller):
    write(api, LIMIT)
    assert draft(caller(other_shop))["state"] == "live"
    reader = caller(shop, ["read:rules"])
    assert send(reader, "rules/undo", {"number": 0}).status_code == 403
    assert reader.get("/api/v1/tests").json() == {"data": []}
