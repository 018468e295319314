"""How each person of the team hears of the inbox: what they chose, who is told what, and what their open page shows."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from chatbot.console.inbox.types import ALERT_MINUTES, AlertChoice, InboxCounts, TicketStatus
from chatbot.console.models import InboxPreference, Ticket
from shopconnect.accounts.selectors import names_of_people, people_of
from shopconnect.accounts.types import DESK
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import tell, tell_team

SHOPPER_WAITS, ASSIGNED, UNANSWERED = "shopper_waits", "chat_assigned", "chat_unanswered"


def find_alert_choice(shop_id: ShopId, user_id: int) -> AlertChoice:
    """Return how a person wants to hear of the inbox. Opens the scope."""
    with shop_scope(shop_id):
        return _choices([user_id])[user_id]


def choose_alerts(shop_id: ShopId, user_id: int, choice: AlertChoice) -> None:
    """Keep how a person wants to hear of the inbox. Opens the scope. Raises Refusal for other minutes than offered."""
    if choice.unanswered_minutes not in (0, *ALERT_MINUTES):
        raise Refusal("unclear", _("Choose after how many minutes."), 400)
    with shop_scope(shop_id):
        InboxPreference.objects.update_or_create(user_id=user_id, defaults=asdict(choice))


def count_for(shop_id: ShopId, user_id: int) -> InboxCounts:
    """Return how many shoppers wait, and for how many of them a person is expected to answer. Opens the scope."""
    with shop_scope(shop_id):
        waiting = Ticket.objects.filter(waiting_since__isnull=False)
        return InboxCounts(
            waiting=waiting.count(),
            mine=waiting.filter(assignee_id=user_id).count(),
            choice=_choices([user_id])[user_id],
        )


def tell_of_waiting(ticket: Ticket) -> None:
    """Tell the team who waits and is in nobody's hands, hourly at most: a stranger may fill the queue, no mailbox."""
    if ticket.status == TicketStatus.WAITING:
        tell_team(SHOPPER_WAITS, {"reference": ticket.reference}, key=f"{SHOPPER_WAITS}-{now():%Y-%m-%d-%H}")


def tell_of_assignment(ticket: Ticket, by_id: int) -> None:
    """Tell whoever has a conversation now that somebody gave it to them."""
    who = names_of_people([by_id]).get(by_id, "")
    if ticket.assignee_id and ticket.assignee_id != by_id:
        tell(ticket.assignee_id, ASSIGNED, {"reference": ticket.reference, "who": who})


def next_alert_at(ticket: Ticket) -> datetime | None:
    """Return when somebody may next have to hear that a shopper still waits, None where nobody does."""
    if ticket.waiting_since is None:
        return None
    later = (ticket.waiting_since + timedelta(minutes=one) for one in ALERT_MINUTES)
    return next((one for one in later if one > now()), None)


def tell_of_unanswered(ticket: Ticket) -> None:
    """Tell each person who is to answer that a shopper waits for as long as that person chose; once, in the scope.

    Who waits for nobody in particular is told of hourly at most, as in `tell_of_waiting`.
    """
    since = ticket.waiting_since
    if since is None:
        return
    mine, hourly = f"{ticket.pk}-{since:%Y%m%d%H%M%S}", f"{since:%Y-%m-%d-%H}"
    people = [ticket.assignee_id] if ticket.assignee_id else people_of(current_shop(), DESK)
    for user_id, choice in _choices(people).items():
        minutes = choice.unanswered_minutes
        if minutes and since + timedelta(minutes=minutes) <= now():
            params = {"reference": ticket.reference, "minutes": str(minutes)}
            tell(user_id, UNANSWERED, params, key=f"{UNANSWERED}-{mine if ticket.assignee_id else hourly}")


def _choices(people: list[int]) -> dict[int, AlertChoice]:
    rows = {row.user_id: row for row in InboxPreference.objects.filter(user_id__in=people)}
    return {user_id: _choice(rows.get(user_id)) for user_id in people}


def _choice(row: InboxPreference | None) -> AlertChoice:
    if row is None:
        return AlertChoice()
    return AlertChoice(
        unanswered_minutes=row.unanswered_minutes, has_sound=row.has_sound, has_tab_badge=row.has_tab_badge
    )
