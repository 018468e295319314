"""Several conversations at once: done with each that may be, told of the others; kept to the shop and its roles."""

import re

from django.test import Client
from django.urls import reverse

from chatbot.answers.models import Conversation
from chatbot.answers.staff.shoppers import add_shopper_reply
from chatbot.console.inbox import services as inbox
from chatbot.console.models import Ticket
from shopconnect.accounts.models import User
from shopconnect.accounts.types import Role
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.conftest import faq
from tests.chatbot.console.test_hand_over import agent
from tests.chatbot.console.test_inbox import desk, listed, signed_in, waits

__all__ = ["desk", "faq"]


def act_on(client: Client, ids: list[int], act: str, **given: str):
    return client.post(reverse("console:act_on_many"), {"act": act, "conversation": ids, **given}, follow=True)


def tickets(shop: ShopId) -> list[Ticket]:
    with shop_scope(shop):
        return list(Ticket.objects.order_by("id"))


def test_what_was_ticked_is_taken_marked_labelled_and_closed(faq: ShopId, desk: Client):
    ids = [waits(faq, f"question {place}", place) for place in range(3)]
    own = str(User.objects.get().pk)
    assert "2 conversations updated." in act_on(desk, ids[:2], "assign", to=own).content.decode()
    assert [one.status for one in tickets(faq)] == ["open", "open", "waiting"]
    act_on(desk, ids[:2], "review")
    assert [one.reviewed_at is not None for one in tickets(faq)] == [True, True, False]
    inbox.label_conversation(faq, ids[0], ["late"])
    act_on(desk, ids, "label", labels="parcel, late")
    assert [one.labels for one in tickets(faq)] == [["late", "parcel"]] * 3
    assert listed(faq, label="parcel") == [f"question {place}" for place in range(3)]
    assert listed(faq, label="par") == []
    act_on(desk, [*ids, ids[0]], "close")
    assert {one.status for one in tickets(faq)} == {"closed"}


def test_what_a_shopper_wrote_after_the_list_was_read_is_not_closed_over(faq: ShopId, desk: Client):
    ids = [waits(faq, f"question {place}", place) for place in range(2)]
    listed_page = desk.get(reverse("console:inbox")).content.decode()
    heard = dict(re.findall(r'name="(heard-\d+)" value="(\d+)"', listed_page))
    assert set(heard) == {f"heard-{one}" for one in ids}
    with shop_scope(faq):
        talk = Conversation.objects.get(public_id=ids[0])
        add_shopper_reply(talk.pk, "One more thing.")
    page = act_on(desk, ids, "close", **heard).content.decode()
    assert "1 conversation updated." in page
    assert "The shopper has written in the meantime. Read it before you close." in page
    assert [one.status for one in tickets(faq)] == ["waiting", "closed"]
    again = desk.get(reverse("console:inbox")).content.decode()
    act_on(desk, ids[:1], "close", **dict(re.findall(r'name="(heard-\d+)" value="(\d+)"', again)))
    assert [one.status for one in tickets(faq)] == ["closed", "closed"]


def test_what_a_colleague_has_stays_theirs_and_is_told(faq: ShopId, desk: Client):
    ids = [waits(faq, f"question {place}", place) for place in range(2)]
    inbox.take_conversation(faq, agent(faq, "Noor Haddad"), ids[0])
    page = act_on(desk, [*ids, 7], "close").content.decode()
    assert "1 conversation updated." in page
    assert "2 conversations are unchanged. Noor Haddad has this conversation. This conversation no longer" in page
    assert [one.status for one in tickets(faq)] == ["open", "closed"]


def test_labels_have_bounds_and_nothing_ticked_changes_nothing(faq: ShopId, desk: Client):
    talk = waits(faq, "question")
    inbox.label_conversation(faq, talk, [str(one) for one in range(10)])
    for labels in ("eleventh", "x" * 41, " , "):
        assert "1 conversation is unchanged." in act_on(desk, [talk], "label", labels=labels).content.decode()
    assert "Select at least one conversation." in act_on(desk, [], "close").content.decode()
    assert "Select at least one conversation." in act_on(desk, ["x", "9" * 30], "close").content.decode()
    assert act_on(desk, [talk], "hand_back").status_code == 404
    assert (len(tickets(faq)[0].labels), tickets(faq)[0].status) == (10, "waiting")


def test_analysts_and_other_shops_do_nothing(faq: ShopId, other_shop: ShopId):
    talk = waits(faq, "question")
    before = [(one.status, one.labels, one.reviewed_at) for one in tickets(faq)]
    analyst, stranger = signed_in(faq, Role.ANALYST), signed_in(other_shop, Role.SUPPORT)
    eve = str(User.objects.get(email=f"support-{other_shop}@example.com").pk)
    for act in ("assign", "review", "close", "label"):
        assert act_on(analyst, [talk], act, labels="x", to=eve).status_code == 403
        told = act_on(stranger, [talk], act, labels="x", to=eve).content.decode()
        assert "1 conversation is unchanged. This conversation no longer exists." in told
    assert [(one.status, one.labels, one.reviewed_at) for one in tickets(faq)] == before
