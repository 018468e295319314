"""Notices: what a member should know, shown in the pages and sent by e-mail unless the member said no.

Each notice is a row with a row of work beside it, `mail_notice`. However many owners a shop has, workers are woken at
most once a second for it (core.jobs.broker): who wakes leases a batch of rows at once, mails them one after the other,
and wakes one worker for the rest. So a thousand owners are a thousand mails in forty turns, and never a thousand
workers; a mail that fails holds up no other, since each has its own row.
"""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from shopconnect.accounts import selectors as accounts
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.jobs.work import add_due
from shopconnect.core.mail import send_mail, write_mail
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.email_links import mail_link
from shopconnect.core.web.lists import Latest, latest_of
from shopconnect.notifications import selectors as notifications
from shopconnect.notifications.kinds import find_kind, kinds_for, notice_kinds
from shopconnect.notifications.models import Notice, NoticePreference
from shopconnect.notifications.types import NoticeSummary
from shopconnect.shops import selectors

SHOWN_AT_MOST = 100
SALT = "shopconnect.notices.off"
THE_SHOP = 0  # in the place of a person: whoever reads the address that the shop is written to


def tell(user_id: int, kind: str, params: Mapping[str, str], key: str = "") -> None:
    """Tell a person something about the shop in scope; the same key is told once.

    The row and the asking for its e-mail stand or fall with the caller's transaction. Raises LookupError for a kind
    that no room has registered.
    """
    find_kind(kind)
    row, made = Notice.objects.get_or_create(
        user_id=user_id, key=key or random_token(9), defaults={"kind": kind, "params": dict(params)}
    )
    if made:
        add_due("mail_notice", row.pk)


def tell_owners(kind: str, params: Mapping[str, str], but: int = 0, key: str = "") -> None:
    """Tell the owners of the shop in scope something, except one who knows, and write it to the shop's address.

    The same key is told once.
    """
    owners = [user_id for user_id in accounts.owners_of(current_shop()) if user_id != but]
    the_shop = [THE_SHOP] if notifications.notice_address() else []
    for user_id in [*owners, *the_shop]:
        tell(user_id, kind, params, key)


def tell_team(kind: str, params: Mapping[str, str], key: str = "") -> None:
    """Tell all members of the shop in scope whose role a kind is for; the same key is told once."""
    for user_id in accounts.people_of(current_shop(), find_kind(kind).roles):
        tell(user_id, kind, params, key)


def mail_notice(shop_id: ShopId, notice_id: int) -> None:
    """Send a notice by e-mail, and mark it sent; a person who said no, or who left, gets none.

    It is marked after sending: a mail server that fails raises, and the notice is tried again rather than lost.
    """
    with shop_scope(shop_id):
        message = _waiting_message(shop_id, notice_id)
    if message is not None:
        send_mail(message)
        with shop_scope(shop_id):
            Notice.objects.filter(pk=notice_id).update(mailed_at=now())


def _waiting_message(shop_id: ShopId, notice_id: int) -> EmailMessage | None:
    waiting = Notice.objects.filter(pk=notice_id, mailed_at=None).first()
    if waiting is None or waiting.kind not in notice_kinds() or not wants_mail(waiting.user_id, waiting.kind):
        return None
    email, language = _mailbox_of(shop_id, waiting.user_id)
    if not email:
        return None
    return _message(shop_id, email, language, waiting, selectors.shop_profile().name)


def _mailbox_of(shop_id: ShopId, user_id: int) -> tuple[str, str]:
    """Return the address and the language of whoever is told; no address for who left, or is not confirmed."""
    if user_id == THE_SHOP:
        address = notifications.notice_address()
        return (address.email, address.language) if address else ("", "")
    return accounts.mailbox_of(user_id) if accounts.works_here(shop_id, user_id) else ("", "")


def wants_mail(user_id: int, kind: str) -> bool:
    """Say whether a person wants a kind of notice of the shop in scope by e-mail, if it is by itself."""
    chosen = NoticePreference.objects.filter(user_id=user_id, kind=kind).values_list("by_mail", flat=True).first()
    return find_kind(kind).by_mail if chosen is None else bool(chosen)


def list_notices(shop_id: ShopId, user_id: int, role: Role) -> tuple[Latest[NoticeSummary], dict[str, bool]]:
    """Return a person's notices of a shop, newest first, and which kinds of the role's are sent by e-mail.

    Marks them read.
    """
    with shop_scope(shop_id):
        known = Notice.objects.filter(user_id=user_id, kind__in=list(notice_kinds()))
        found = latest_of(known.order_by("-at", "-id"), SHOWN_AT_MOST, _summary)
        Notice.objects.filter(user_id=user_id, read_at=None).update(read_at=now())
        return found, {kind: wants_mail(user_id, kind) for kind in kinds_for(role)}


def _summary(row: Notice) -> NoticeSummary:
    return NoticeSummary(
        kind=row.kind,
        sentence=sentence(row.kind, row.params),
        page=find_kind(row.kind).page,
        at=row.at,
        is_read=row.read_at is not None,
    )


def count_unread(shop_id: ShopId, user_id: int) -> int:
    """Return how many notices of a shop a person has not seen."""
    with shop_scope(shop_id):
        return int(Notice.objects.filter(user_id=user_id, read_at=None).count())


def choose_mail(shop_id: ShopId, user_id: int, kind: str, by_mail: bool) -> None:
    """Keep whether a person wants a kind of notice by e-mail."""
    with shop_scope(shop_id):
        NoticePreference.objects.update_or_create(user_id=user_id, kind=kind, defaults={"by_mail": by_mail})


def choose_kinds(shop_id: ShopId, user_id: int, role: Role, wanted: Collection[str]) -> None:
    """Keep which kinds of notices of a role's a person wants by e-mail, and that no other of them is."""
    for kind in kinds_for(role):
        choose_mail(shop_id, user_id, kind, kind in wanted)


def stop_mail(signed: str) -> str:
    """Stop what a link at the end of an e-mail names, without signing in; raises Missing for a forged one."""
    shop_id, user_id, kind = read_stop_link(signed)
    choose_mail(shop_id, user_id, kind, by_mail=False)
    return kind


def read_stop_link(signed: str) -> tuple[ShopId, int, str]:
    """Return the shop, the person and the kind that a link names; raises Missing for a forged one, or a shop gone."""
    broken = Missing(_("This link is incomplete. Copy it again from the email."))
    try:
        shop_id, user_id, kind = signing.loads(signed, salt=SALT)
    except signing.BadSignature as error:
        raise broken from error
    if kind not in notice_kinds() or not selectors.shop_exists(shop_id):
        raise broken
    return ShopId(shop_id), user_id, kind


def sentence(kind: str, params: Mapping[str, str]) -> str:
    """Return a notice in the active language; raises LookupError for a kind that no room has."""
    return find_kind(kind).sentence(params)


def _message(shop_id: ShopId, email: str, language: str, notice: Notice, shop_name: str) -> EmailMessage:
    kind = find_kind(notice.kind)
    stop = mail_link("notifications:stop", signing.dumps([shop_id, notice.user_id, notice.kind], salt=SALT), language)
    with translation.override(language or "en"):
        text = kind.sentence(notice.params)
    context = {
        "sentence": text,
        "shop": shop_name,
        "site": settings.SITE_URL,
        "stop": stop,
        "feedback": kind.link(shop_id, language),
    }
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return write_mail("notifications/mail/notice", context, to=email, language=language, headers=headers)
