"""The e-mail by which a shopper is told what staff replied, with a link to that conversation and to nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.core.mail import EmailMessage
from django.db.models.functions import Greatest

from chatbot.answers.staff.shoppers import replies_of_staff
from chatbot.console.mail.types import LINK_DAYS, MailLink
from chatbot.console.models import ReplyAddress, Ticket
from shopconnect.accounts.selectors import first_names_of
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.mail import send_mail, write_mail
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.email_links import mail_link
from shopconnect.shops.selectors import shop_profile

KIND, SALT = "mail_reply", "shopconnect.conversations.reply"
# Whoever writes three short messages after each other sends one e-mail.
WRITTEN_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Letter:
    message: EmailMessage
    last_id: int


def mail_later(conversation_id: int) -> None:
    """Have a shopper who left an address told by e-mail of what staff just wrote. In the shop's scope."""
    for address_id in ReplyAddress.objects.filter(conversation=conversation_id).values_list("id", flat=True):
        add_due(KIND, address_id, now() + WRITTEN_WITHIN)


def mail_reply(shop_id: ShopId, address_id: int) -> None:
    """Send what staff replied since the last e-mail to an address; a second run finds nothing to send.

    An address whose first e-mail nobody followed gets no other: it may be a stranger's. It is marked after sending: a
    mail server that fails raises, and the reply is sent later rather than never. Opens its own scopes.
    """
    with shop_scope(shop_id):
        letter = _waiting_letter(shop_id, address_id)
    if letter is None:
        return
    send_mail(letter.message)
    with shop_scope(shop_id):
        ReplyAddress.objects.filter(pk=address_id).update(
            mailed_at=now(), mailed_id=Greatest("mailed_id", letter.last_id)
        )


def sign_link(link: MailLink) -> str:
    """Return what the address of an e-mail's link ends with: signed, dated, and nothing of the person."""
    return signing.dumps([link.shop_id, link.address], salt=SALT)


def read_signed(signed: str) -> MailLink | None:
    """Return what a link names, None for one that is forged or older than LINK_DAYS."""
    try:
        shop_id, address = signing.loads(signed, salt=SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.BadSignature:
        return None
    return MailLink(ShopId(shop_id), address)


def _waiting_letter(shop_id: ShopId, address_id: int) -> _Letter | None:
    row = ReplyAddress.objects.filter(pk=address_id).first()
    if row is None or (row.mailed_at is not None and row.confirmed_at is None):
        return None
    replies = replies_of_staff(row.conversation_id, row.mailed_id)
    if not replies:
        return None
    ticket = Ticket.objects.filter(conversation=row.conversation_id).first()
    link = sign_link(MailLink(shop_id, row.public_id))
    context = {
        "shop": shop_profile().name,
        "replies": [one.text for one in replies],
        "name": first_names_of(one.by_id for one in replies if one.by_id).get(replies[-1].by_id or 0, ""),
        "reference": ticket.reference if ticket else "",
        "link": mail_link("console:reply_page", link, row.language),
        "days": LINK_DAYS,
        "is_first": row.confirmed_at is None,
    }
    message = write_mail("console/mail/reply", context, to=row.email, language=row.language)
    return _Letter(message, replies[-1].message_id)
