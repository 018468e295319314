"""Tickets over REST: where requests for a person stand, page by page, of one shop, without a word that was said."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chatbot.console.inbox import services as inbox
from chatbot.console.models import Ticket
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.console.test_hand_over import agent, asked_for_person

URL = "/api/v1/tickets"


def references(shop: ShopId) -> list[str]:
    with shop_scope(shop):
        return list(Ticket.objects.order_by("id").values_list("reference", flat=True))


def test_a_ticket_says_where_it_stands_and_nothing_that_was_said(api: Client, shop: ShopId):
    _token, talk = asked_for_person(shop)
    camille = agent(shop, "Camille Roux")
    inbox.reply_to_shopper(shop, camille, talk, "It left today.")
    inbox.note_for_team(shop, camille, talk, "A regular.")
    inbox.label_conversation(shop, talk, ["parcel"])
    answer = api.get(f"{URL}/{references(shop)[0]}")
    ticket = answer.json()
    assert (ticket["conversation"], ticket["status"], ticket["why"]) == (str(talk), "open", "person")
    assert (ticket["labels"], ticket["waiting_since"]) == (["parcel"], None)
    assert ticket["asked_at"] <= ticket["first_reply_at"]
    for said in ("It left today", "A regular", "Camille"):
        assert said not in answer.content.decode()
    assert api.get(URL).json() == {"data": [ticket], "next": None}


def test_tickets_come_page_by_page_and_of_one_status(api: Client, shop: ShopId):
    talks = [asked_for_person(shop)[1] for _shopper in range(3)]
    inbox.close_conversation(shop, 1, talks[1])
    first = api.get(URL, {"limit": 2}).json()
    rest = api.get(URL, {"limit": 2, "cursor": first["next"]}).json()
    assert [one["reference"] for one in first["data"] + rest["data"]] == references(shop)
    assert rest["next"] is None
    closed = api.get(URL, {"status": "closed"}).json()["data"]
    assert [one["conversation"] for one in closed] == [str(talks[1])]
    assert api.get(URL, {"status": "gone"}).json()["error"]["fields"].keys() == {"status"}
    refused = api.get(URL, {"cursor": first["next"], "status": "closed"})
    assert refused.json()["error"]["code"] == "bad_cursor"


def test_a_page_of_tickets_costs_as_many_queries_as_one(api: Client, shop: ShopId):
    for _shopper in range(5):
        asked_for_person(shop)
    api.get("/api/v1/token")
    costs = []
    for limit in (1, 5):
        with CaptureQueriesContext(connection) as queries:
            api.get(URL, {"limit": limit})
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_another_shops_tickets_are_not_there(api: Client, shop: ShopId, other_shop: ShopId, caller: Callable):
    asked_for_person(other_shop)
    (theirs,) = references(other_shop)
    assert caller(other_shop).get(f"{URL}/{theirs}").status_code == 200
    assert api.get(f"{URL}/{theirs}").status_code == 404
    assert api.get(URL).json()["data"] == []
    cursor = [asked_for_person(other_shop), caller(other_shop).get(URL, {"limit": 1}).json()["next"]][1]
    assert api.get(URL, {"cursor": cursor}).status_code == 400


@pytest.mark.parametrize("reference", ["K7F3-2O", "k7f3-2q", "1", "%00", "K7F3-2Q%0A", "' OR 1=1", "9" * 40])
def test_what_is_no_reference_is_not_there(api: Client, reference: str):
    assert api.get(f"{URL}/{reference}").status_code == 404
