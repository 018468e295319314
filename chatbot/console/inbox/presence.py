"""Whom a shopper waits for, and who of the team is writing."""

from __future__ import annotations

from chatbot.answers.facts.opening import opening_at
from chatbot.answers.staff.services import find_conversation_id
from chatbot.answers.staff.shoppers import last_message_id
from chatbot.answers.staff.types import AwaitedPerson
from chatbot.console.inbox.types import Meeting, TicketStatus
from chatbot.console.mail.addresses import may_leave_address
from chatbot.console.mail.words import email_wish
from chatbot.console.models import Ticket
from shopconnect.accounts.selectors import names_of_people
from shopconnect.core.cache.redis import RedisError, client, shop_key
from shopconnect.core.clock import now
from shopconnect.core.observability.log import get_logger
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope

log = get_logger(__name__)

WRITING_SECONDS = 8  # after the last key
LOOK_SECONDS, LOOK_AWAY_SECONDS = 3, 15  # how soon the shopper's page looks again, while somebody is here or nobody


def awaited_person(shop_id: ShopId, conversation_id: int, language: str) -> AwaitedPerson | None:
    """Return whom the shopper of a conversation waits for, or has; None for nobody. Opens the scope."""
    with shop_scope(shop_id):
        ticket = Ticket.objects.filter(conversation=conversation_id).first()
        if ticket is None or ticket.status not in (TicketStatus.WAITING, TicketStatus.OPEN):
            return None
        is_away = opening_at(now()).is_open is False and ticket.status == TicketStatus.WAITING
        asks_address = is_away and may_leave_address(conversation_id)
    return AwaitedPerson(
        seconds=LOOK_AWAY_SECONDS if is_away else LOOK_SECONDS,
        is_writing=bool(writers(shop_id, conversation_id)),
        email=email_wish(language) if asks_address else None,
    )


def meet_at_conversation(shop_id: ShopId, user_id: int, public_id: int, is_writing: bool) -> Meeting:
    """Know whether somebody of the team writes in a conversation; returns who else does, and what was said last.

    Raises Missing without the conversation. Opens the scope.
    """
    with shop_scope(shop_id):
        conversation_id = find_conversation_id(public_id)
        last = last_message_id(conversation_id)
    (note_writing if is_writing else note_written)(shop_id, conversation_id, user_id)
    others = [one for one in writers(shop_id, conversation_id) if one != user_id]
    return Meeting(tuple(names_of_people(others).values()), last)


def note_writing(shop_id: ShopId, conversation_id: int, user_id: int) -> None:
    """Know for a moment that somebody of the team writes in a conversation. Without Redis nobody knows."""
    key = _key(shop_id, conversation_id)
    try:
        pipe = client().pipeline(transaction=False)
        pipe.zadd(key, {str(user_id): now().timestamp()})
        pipe.expire(key, WRITING_SECONDS)
        pipe.execute()
    except RedisError as error:
        log.warning("writing_not_noted", shop_id=shop_id, error=type(error).__name__)


def note_written(shop_id: ShopId, conversation_id: int, user_id: int) -> None:
    """Know that somebody writes no more in a conversation."""
    try:
        client().zrem(_key(shop_id, conversation_id), str(user_id))
    except RedisError as error:
        log.warning("writing_not_noted", shop_id=shop_id, error=type(error).__name__)


def writers(shop_id: ShopId, conversation_id: int) -> list[int]:
    """Return the accounts of those who write in a conversation just now; without Redis nobody."""
    try:
        found = client().zrangebyscore(_key(shop_id, conversation_id), now().timestamp() - WRITING_SECONDS, "+inf")
    except RedisError as error:
        log.warning("writers_not_known", shop_id=shop_id, error=type(error).__name__)
        return []
    return [int(str(one, "ascii")) for one in found if isinstance(one, bytes)]


def _key(shop_id: ShopId, conversation_id: int) -> str:
    return shop_key(shop_id, "writing", conversation_id)
