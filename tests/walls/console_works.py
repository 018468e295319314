"""Something to do for the work of the console."""

from datetime import timedelta

from chatbot.answers.models import Conversation
from chatbot.answers.services import ask_person
from chatbot.console.inbox.services import close_conversation, reply_to_shopper, take_conversation
from chatbot.console.mail.addresses import leave_address
from chatbot.console.mail.types import GivenAddress
from chatbot.console.models import ReplyAddress, Ticket
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.walls.works import Job, SetUpContext, sets_up, shop_with_faq


@sets_up("mail_reply")
def a_shopper_who_was_replied_to(context: SetUpContext) -> Job:
    return Job(*left_address(closed=False))


@sets_up("forget_reply_address")
def an_address_of_a_conversation_closed_long_ago(context: SetUpContext) -> Job:
    return Job(*left_address(closed=True))


def left_address(closed: bool) -> tuple[ShopId, int]:
    """Have a shopper leave an address, and a reply follow; returns the shop and the address."""
    shop_id = shop_with_faq()
    token = ask_person(shop_id, None, "en")[1]
    given = GivenAddress(
        token=token, customer="", email="ada@example.com", has_consented=True, wording="1-en", caller=token
    )
    leave_address(shop_id, given)
    with shop_scope(shop_id):
        talk = Conversation.objects.get().public_id
    reply_to_shopper(shop_id, 1, talk, "It left today.")
    if closed:
        close_conversation(shop_id, 1, talk)
    with shop_scope(shop_id):
        if closed:
            Ticket.objects.update(closed_at=now() - timedelta(days=31))
        return shop_id, ReplyAddress.objects.get().pk


@sets_up("tend_ticket")
def a_shopper_who_is_left_alone(context: SetUpContext) -> Job:
    shop_id = shop_with_faq()
    ask_person(shop_id, None, "en")
    with shop_scope(shop_id):
        talk = Conversation.objects.get()
    take_conversation(shop_id, 1, talk.public_id)
    with shop_scope(shop_id):
        long_ago = now() - timedelta(days=1)
        Ticket.objects.update(waiting_since=long_ago, touched_at=long_ago)
        return Job(shop_id, Ticket.objects.get().pk)
