"""Where a shop is written to whose people have no address here: one of its owner's choice, confirmed by a link."""

from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from shopconnect.core.clock import now
from shopconnect.core.crypto import person_key
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy import ShopId, shop_scope
from shopconnect.shops import selectors
from shopconnect.shops.members import note
from shopconnect.shops.models import AuditEntry, NoticeAddress, Shop
from shopconnect.shops.types import LINK_DAYS, AddressFacts

MOST_A_DAY, SALT = 5, "shopconnect.notices.address"
ASKED, FORGOTTEN = "asked_address", "forgot_address"


def find_address(shop_id: ShopId) -> AddressFacts | None:
    """Return where a shop is written to, also while that is not confirmed, or None."""
    with shop_scope(shop_id):
        return selectors.notice_address()


def ask_address(shop_id: ShopId, actor_id: int, email: str, language: str) -> None:
    """Keep an address in the place of another, and send a link there; nothing else is sent before it is followed.

    Raises Refusal: too_many_addresses when MOST_A_DAY were asked for within a day, mail_away.
    """
    with shop_scope(shop_id):
        if AuditEntry.objects.filter(action=ASKED, at__gt=now() - timedelta(days=1)).count() >= MOST_A_DAY:
            raise Refusal("too_many_addresses", _("That were many addresses for one day. Go on tomorrow."), 429)
        NoticeAddress.objects.update_or_create(defaults={
            "email": email, "email_key": person_key(email), "language": language, "asked_at": now(),
            "confirmed_at": None,
        })  # fmt: skip
        note(actor_id, ASKED)
        name = selectors.shop_profile().name
        transaction.on_commit(lambda: _mail_link(shop_id, email, name, language))


def forget_address(shop_id: ShopId, actor_id: int) -> None:
    """Write to nobody any more; a link that was sent ends."""
    with shop_scope(shop_id):
        if NoticeAddress.objects.all().delete()[0]:
            note(actor_id, FORGOTTEN)


def confirm_address(signed: str) -> None:
    """Write to the address of a link from now on; a second time changes nothing. Raises Missing as read_link does."""
    shop_id, key, _name = read_link(signed)
    with shop_scope(shop_id):
        NoticeAddress.objects.filter(email_key=key, confirmed_at=None).update(confirmed_at=now())


def read_link(signed: str) -> tuple[ShopId, str, str]:
    """Return the shop of a link, its address's key and the shop's name.

    Raises Missing for a link that is forged or too old, and where the shop is written to elsewhere by now.
    """
    over = Missing(_("This link is too old, or another one was sent since. Ask for a new one in ShopConnect."))
    try:
        number, key = signing.loads(signed, salt=SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.BadSignature as error:
        raise over from error
    shop_id = ShopId(number)
    if Shop.objects.filter(pk=shop_id).exists():
        with shop_scope(shop_id):
            if NoticeAddress.objects.filter(email_key=key).exists():
                return shop_id, key, selectors.shop_profile().name
    raise over


def forget_unconfirmed(shop_id: ShopId) -> int:
    """Forget an address whose link was not followed in time; returns how many went."""
    with shop_scope(shop_id):
        old = NoticeAddress.objects.filter(confirmed_at=None, asked_at__lt=now() - timedelta(days=LINK_DAYS))
        return int(old.delete()[0])


def _mail_link(shop_id: ShopId, email: str, name: str, language: str) -> None:
    link = reverse("shops:confirm_address", args=[signing.dumps([shop_id, person_key(email)], salt=SALT)])
    with translation.override(language):
        subject = _("Shall we write to you about %(shop)s?") % {"shop": name}
        body = render_to_string(
            "shops/mail/address.txt", {"link": f"{settings.SITE_URL}{link}", "shop": name, "days": LINK_DAYS}
        )
        try:
            send_mail(" ".join(subject.splitlines()), body, None, [email])
        except (SMTPException, OSError) as error:
            raise Refusal("mail_away", _("The e-mail could not be sent. Try again in a moment."), 503) from error
