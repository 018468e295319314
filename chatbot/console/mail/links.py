"""What whoever follows the link of an e-mail may do: read that conversation, write in it, or stop the e-mails."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chatbot.answers.staff.services import hold_conversation_row
from chatbot.answers.staff.shoppers import add_shopper_reply, last_message_id, shoppers_talk
from chatbot.console.mail.letters import read_signed
from chatbot.console.mail.types import MOST_REPLIES, LinkedTalk, MailLink
from chatbot.console.models import ReplyAddress, Ticket
from shopconnect.core.cache.redis import shop_key
from shopconnect.core.cache.tries import take_try
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import shop_exists, shop_profile

HOUR_SECONDS = 3_600


def find_link(signed: str) -> tuple[MailLink, str]:
    """Return what a link names, and the shop's name; changes nothing, for programs that look at mail follow links too.

    Raises Missing for one that is forged or too old, and where the address or the shop is gone. Opens the scope.
    """
    link = read_signed(signed)
    if link is None or not shop_exists(link.shop_id):
        raise _gone()
    with shop_scope(link.shop_id):
        _row(link)
        return link, shop_profile().name


def read_talk(link: MailLink) -> LinkedTalk:
    """Return the conversation of a link. Raises Missing where its address is gone. Opens the scope."""
    with shop_scope(link.shop_id):
        row, profile = _row(link), shop_profile()
        ticket = Ticket.objects.filter(conversation=row.conversation_id).first()
        return LinkedTalk(
            shop=profile.name,
            reference=ticket.reference if ticket else "",
            timezone=profile.timezone,
            messages=tuple(shoppers_talk(row.conversation_id)),
        )


def confirm_address(link: MailLink) -> None:
    """Know from now on that an address is whose it was said to be, and that all so far is read there.

    Raises Missing where it is gone. Opens the scope.
    """
    with shop_scope(link.shop_id):
        row = _row(link)
        row.confirmed_at = row.confirmed_at or now()
        row.mailed_id = last_message_id(row.conversation_id)
        row.save(update_fields=["confirmed_at", "mailed_id"])


def reply_by_link(link: MailLink, text: str) -> None:
    """Keep what a shopper writes who came by a link. Raises Missing, and Refusal for an empty or too long text.

    Raises RedisError while nobody can count, and Refusal after MOST_REPLIES within an hour. Opens the scope.
    """
    if not take_try([shop_key(link.shop_id, "mail-replies", link.address)], MOST_REPLIES, HOUR_SECONDS):
        raise Refusal("too_many", _("Too many requests at once. Try again in a moment."), 429)
    with shop_scope(link.shop_id):
        row = _row(link)
        if not hold_conversation_row(row.conversation_id):
            raise _gone()
        add_shopper_reply(row.conversation_id, text)


def forget_address(link: MailLink) -> None:
    """Forget an address: no more is written to it, and its links end. Opens the scope."""
    with shop_scope(link.shop_id):
        # What stays says that a mail went out: the same chat sends this address no other.
        ReplyAddress.objects.filter(public_id=link.address).update(email="", email_key="", confirmed_at=None)


def _row(link: MailLink) -> ReplyAddress:
    row: ReplyAddress | None = ReplyAddress.objects.filter(public_id=link.address).exclude(email="").first()
    if row is None:
        raise _gone()
    return row


def _gone() -> Missing:
    return Missing(
        _("This link no longer works. Links in our emails expire after a month, or when emails are stopped.")
    )
