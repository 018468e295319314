"""A shopper's e-mail address: left while nobody answers, kept for the replies to one conversation, and forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from chatbot.answers.staff.shoppers import hold_conversation_of, last_message_id, name_person
from chatbot.console.inbox.types import TicketStatus
from chatbot.console.mail.types import LINK_DAYS, MOST_OF_NETWORK, MOST_OF_ONE, GivenAddress
from chatbot.console.mail.words import wording_language
from chatbot.console.models import ReplyAddress, Ticket
from shopconnect.core.cache.redis import shop_key
from shopconnect.core.cache.tries import take_try
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.jobs.beat import DAY_SECONDS
from shopconnect.core.jobs.work import add_due
from shopconnect.core.security.crypto import person_key, token_hash
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

FORGET_KIND = "forget_reply_address"
LONGEST_EMAIL = 254


def leave_address(shop_id: ShopId, given: GivenAddress) -> None:
    """Keep where a shopper who waits for a person wants the reply sent; another one takes its place until then.

    Nothing is sent before somebody of the staff replies. Raises Refusal for no address, without consent, after too
    many, where nobody is waited for or a reply went out already; Missing without the conversation; RedisError while
    nobody can count. Opens the scope.
    """
    key, language = _checked(given), wording_language(given.wording)
    _count(shop_id, given, key)
    with shop_scope(shop_id):
        conversation_id = hold_conversation_of(given.token, given.customer)
        if not Ticket.objects.filter(conversation=conversation_id, waiting_since__isnull=False).exists():
            raise Refusal("not_waiting", _("Ask to talk to a person first."), 409)
        row = ReplyAddress.objects.filter(conversation=conversation_id).first()
        if row is None:
            row = ReplyAddress(conversation_id=conversation_id, mailed_id=last_message_id(conversation_id))
        elif row.mailed_at is not None:
            raise Refusal("mailed", _("A reply was already sent to the address you left."), 409)
        name_person(conversation_id, key, before=row.email_key)
        row.email, row.email_key, row.language = given.email.strip(), key, language
        row.consent, row.consented_at = given.wording, now()
        row.save()


def has_address(conversation_id: int) -> bool:
    """Say whether the shopper of a conversation left an address. In the shop's scope."""
    return bool(ReplyAddress.objects.filter(conversation=conversation_id).exclude(email="").exists())


def may_leave_address(conversation_id: int) -> bool:
    """Say whether the shopper of a conversation has left no address yet. In the shop's scope."""
    return not ReplyAddress.objects.filter(conversation=conversation_id).exists()


def forget_later(conversation_id: int) -> None:
    """Have the address of a conversation that is closed now forgotten LINK_DAYS from now. In the shop's scope."""
    for address_id in ReplyAddress.objects.filter(conversation=conversation_id).values_list("id", flat=True):
        add_due(FORGET_KIND, address_id, now() + timedelta(days=LINK_DAYS))


def forget_closed(shop_id: ShopId, address_id: int) -> None:
    """Forget an address whose conversation has been closed for LINK_DAYS; else change nothing. Opens the scope."""
    with shop_scope(shop_id):
        long_closed = Ticket.objects.filter(
            status=TicketStatus.CLOSED, closed_at__lte=now() - timedelta(days=LINK_DAYS)
        )
        conversations = long_closed.values("conversation")
        ReplyAddress.objects.filter(pk=address_id, conversation__in=conversations).delete()


def _checked(given: GivenAddress) -> str:
    """Return the keyed hash of an address that may be written to."""
    email = given.email.strip()
    if not given.has_consented or not wording_language(given.wording):
        raise Refusal("no_consent", _("Tick the box so that we may write to you."), 400)
    try:
        EmailValidator()(email)
    except ValidationError:
        email = ""
    key = person_key(email)
    if key is None or len(email) > LONGEST_EMAIL or not email.isascii():
        raise Refusal("no_address", _("Enter an email address such as name@example.com."), 400)
    return key


def _count(shop_id: ShopId, given: GivenAddress, key: str) -> None:
    ones = [shop_key(shop_id, "reply-addresses", "talk", token_hash(given.token))]
    ones.append(shop_key(shop_id, "reply-addresses", "address", key))
    network = [shop_key(shop_id, "reply-addresses", "network", given.caller)]
    if not (take_try(network, MOST_OF_NETWORK, DAY_SECONDS) and take_try(ones, MOST_OF_ONE, DAY_SECONDS)):
        raise Refusal("too_many", _("Too many addresses today. The team will reply to you here, in this chat."), 429)
