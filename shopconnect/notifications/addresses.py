"""Where a shop is written to whose people have no address here: one of its owner's choice, confirmed by a link."""

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.mail import send_mail, write_mail
from shopconnect.core.security.crypto import person_key
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.email_links import mail_link
from shopconnect.notifications import selectors as notifications
from shopconnect.notifications.models import NoticeAddress, NoticePreference
from shopconnect.notifications.notices import THE_SHOP
from shopconnect.notifications.types import LINK_DAYS, NoticeAddressSummary
from shopconnect.shops import selectors
from shopconnect.shops.audit import count_since, note
from shopconnect.shops.services import hold_shop

MOST_A_DAY, SALT = 5, "shopconnect.notices.address"
ADDRESS_GIVEN, CANCELLED, FORGOTTEN = "asked_address", "cancelled_address", "forgot_address"


def find_addresses(shop_id: ShopId) -> tuple[NoticeAddressSummary | None, NoticeAddressSummary | None]:
    """Return where a shop is written to, and the address that waits for its confirmation."""
    with shop_scope(shop_id):
        return notifications.notice_address(), notifications.waiting_address()


def ask_address(shop_id: ShopId, actor_id: int, email: str, language: str) -> None:
    """Keep an address in the place of another that waits, and send a link there; nothing else before it is followed.

    The one that is confirmed stays in force until then. Raises Refusal: address_known when it is this one,
    too_many_addresses when MOST_A_DAY were asked for within a day, mail_away.
    """
    with shop_scope(shop_id):
        hold_shop(shop_id)
        if _confirmed().filter(email_key=person_key(email)).exists():
            raise Refusal("address_known", _("Notifications already go to this address."))
        if count_since(ADDRESS_GIVEN, now() - timedelta(days=1)) >= MOST_A_DAY:
            raise Refusal("too_many_addresses", _("You’ve tried too many addresses today. Try again tomorrow."), 429)
        NoticeAddress.objects.update_or_create(
            confirmed_at=None,
            defaults={"email": email, "email_key": person_key(email), "language": language, "asked_at": now()},
        )
        note(actor_id, ADDRESS_GIVEN)
        name = selectors.shop_profile().name
        transaction.on_commit(lambda: _mail_link(shop_id, email, name, language))


def cancel_address(shop_id: ShopId, actor_id: int) -> None:
    """Give up the address that waits, whose link ends; the one that is confirmed stays."""
    with shop_scope(shop_id):
        if NoticeAddress.objects.filter(confirmed_at=None).delete()[0]:
            note(actor_id, CANCELLED)


def forget_address(shop_id: ShopId, actor_id: int) -> None:
    """Write to the shop's address no more; one that waits goes on waiting."""
    with shop_scope(shop_id):
        if _confirmed().delete()[0]:
            note(actor_id, FORGOTTEN)


def confirm_address(signed: str) -> None:
    """Write to the address of a link from now on, and no more to the one before; a second time changes nothing.

    What the reader of the one before did not want by mail does not bind who reads this one. Raises Missing as
    read_link does.
    """
    shop_id, key = _read(signed)
    with shop_scope(shop_id):
        hold_shop(shop_id)
        row = _row_of(key)
        if row.confirmed_at is None:
            _confirmed().delete()
            NoticePreference.objects.filter(user_id=THE_SHOP).delete()
            row.confirmed_at = now()
            row.save(update_fields=["confirmed_at"])


def read_link(signed: str) -> tuple[str, bool]:
    """Return the name of a link's shop, and whether it is written to the link's address already.

    Raises Missing for a link that is forged or too old, and where another was wished for since, or this one forgotten.
    """
    shop_id, key = _read(signed)
    with shop_scope(shop_id):
        return selectors.shop_profile().name, _row_of(key).confirmed_at is not None


def forget_unconfirmed(shop_id: ShopId) -> int:
    """Forget an address whose link was not followed in time; returns how many went."""
    with shop_scope(shop_id):
        old = NoticeAddress.objects.filter(confirmed_at=None, asked_at__lt=now() - timedelta(days=LINK_DAYS))
        return int(old.delete()[0])


def forget_unconfirmed_everywhere() -> None:
    """Forget, in every shop, addresses whose link was not followed in time; running it again changes nothing."""
    for shop_id in selectors.all_shops():
        forget_unconfirmed(shop_id)


def _confirmed() -> QuerySet[NoticeAddress]:
    rows: QuerySet[NoticeAddress] = NoticeAddress.objects.exclude(confirmed_at=None)
    return rows


def _row_of(key: str) -> NoticeAddress:
    row: NoticeAddress | None = NoticeAddress.objects.filter(email_key=key).first()
    if row is None:
        raise _over()
    return row


def _read(signed: str) -> tuple[ShopId, str]:
    try:
        number, key = signing.loads(signed, salt=SALT, max_age=timedelta(days=LINK_DAYS))
    except signing.BadSignature as error:
        raise _over() from error
    if not selectors.shop_exists(number):
        raise _over()
    return ShopId(number), key


def _over() -> Missing:
    return Missing(_("This link has expired or was replaced by a newer one. Request a new link in ShopConnect."))


def _mail_link(shop_id: ShopId, email: str, name: str, language: str) -> None:
    signed = signing.dumps([shop_id, person_key(email)], salt=SALT)
    link = mail_link("notifications:confirm_address", signed, language)
    context = {"link": link, "shop": name, "days": LINK_DAYS}
    send_mail(write_mail("notifications/mail/address", context, to=email, language=language))
