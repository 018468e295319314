"""Notices: what a member should know, shown in the pages and sent by e-mail unless the member said no."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from shopconnect.accounts.display_names import called, is_nowhere
from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.jobs.work import add_due
from shopconnect.core.security.crypto import random_token
from shopconnect.core.tenancy.context import ShopId, current_shop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.email_links import mail_link
from shopconnect.notifications import selectors as notifications
from shopconnect.notifications.models import Notice, NoticePreference
from shopconnect.notifications.types import NoticeKind, NoticeSummary
from shopconnect.shops import selectors
from shopconnect.shops.models import Shop
from shopconnect.shops.uninstall_feedback import feedback_link

SHOWN_AT_MOST = 100
SALT = "shopconnect.notices.off"
THE_SHOP = 0  # in the place of a person: whoever reads the address that the shop is written to


def tell(user_id: int, kind: NoticeKind, params: Mapping[str, str], key: str = "") -> None:
    """Tell a person something about the shop in scope; the same key is told once.

    The row and the asking for its e-mail stand or fall with the caller's transaction.
    """
    row, made = Notice.objects.get_or_create(
        user_id=user_id, key=key or random_token(9), defaults={"kind": kind, "params": dict(params)}
    )
    if made:
        add_due("mail_notice", row.pk)


def tell_owners(kind: NoticeKind, params: Mapping[str, str], but: int = 0, key: str = "") -> None:
    """Tell the owners of the shop in scope something, except one who knows, and write it to the shop's address.

    The same key is told once.
    """
    owners = Membership.objects.filter(shop_id=current_shop(), role=Role.OWNER).exclude(user_id=but)
    the_shop = [THE_SHOP] if notifications.notice_address() else []
    for user_id in [*owners.values_list("user_id", flat=True), *the_shop]:
        tell(user_id, kind, params, key)


def mail_notice(shop_id: ShopId, notice_id: int) -> None:
    """Send a notice by e-mail, and mark it sent; a person who said no, or who left, gets none.

    It is marked after sending: a mail server that fails raises, and the notice is tried again rather than lost.
    """
    with shop_scope(shop_id):
        message = _waiting_message(shop_id, notice_id)
    if message is not None:
        message.send()
        with shop_scope(shop_id):
            Notice.objects.filter(pk=notice_id).update(mailed_at=now())


def _waiting_message(shop_id: ShopId, notice_id: int) -> EmailMessage | None:
    waiting = Notice.objects.filter(pk=notice_id, mailed_at=None).first()
    if waiting is None or not wants_mail(waiting.user_id, NoticeKind(waiting.kind)):
        return None
    email, language = _mailbox_of(shop_id, waiting.user_id)
    if not email or is_nowhere(email):
        return None
    return _message(shop_id, email, language, waiting, selectors.shop_profile().name)


def _mailbox_of(shop_id: ShopId, user_id: int) -> tuple[str, str]:
    """Return the address and the language of whoever is told; no address for who left, or is not confirmed."""
    if user_id == THE_SHOP:
        address = notifications.notice_address()
        return (address.email, address.language) if address else ("", "")
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return (user.email, user.language) if user is not None and works_here(shop_id, user_id) else ("", "")


def works_here(shop_id: ShopId, user_id: int) -> bool:
    """Say whether a person works with a shop; who has left it is told nothing more of it."""
    return Membership.objects.filter(shop_id=shop_id, user_id=user_id).exists()


def wants_mail(user_id: int, kind: NoticeKind) -> bool:
    """Say whether a person wants a kind of notice of the shop in scope by e-mail; yes unless they said no."""
    return not NoticePreference.objects.filter(user_id=user_id, kind=kind, by_mail=False).exists()


def list_notices(shop_id: ShopId, user_id: int) -> tuple[list[NoticeSummary], dict[NoticeKind, bool]]:
    """Return a person's notices of a shop, newest first, and which kinds are sent by e-mail; marks them read."""
    with shop_scope(shop_id):
        rows = Notice.objects.filter(user_id=user_id).order_by("-at", "-id")[:SHOWN_AT_MOST]
        found = [
            NoticeSummary(
                kind=NoticeKind(row.kind),
                sentence=sentence(row.kind, row.params),
                at=row.at,
                is_read=row.read_at is not None,
            )
            for row in rows
        ]
        Notice.objects.filter(user_id=user_id, read_at=None).update(read_at=now())
        return found, {kind: wants_mail(user_id, kind) for kind in NoticeKind}


def count_unread(shop_id: ShopId, user_id: int) -> int:
    """Return how many notices of a shop a person has not seen."""
    with shop_scope(shop_id):
        return int(Notice.objects.filter(user_id=user_id, read_at=None).count())


def choose_mail(shop_id: ShopId, user_id: int, kind: NoticeKind, by_mail: bool) -> None:
    """Keep whether a person wants a kind of notice by e-mail."""
    with shop_scope(shop_id):
        NoticePreference.objects.update_or_create(user_id=user_id, kind=kind, defaults={"by_mail": by_mail})


def stop_mail(signed: str) -> NoticeKind:
    """Stop what a link at the end of an e-mail names, without signing in; raises Missing for a forged one."""
    shop_id, user_id, kind = read_stop_link(signed)
    choose_mail(shop_id, user_id, kind, by_mail=False)
    return kind


def read_stop_link(signed: str) -> tuple[ShopId, int, NoticeKind]:
    """Return the shop, the person and the kind that a link names; raises Missing for a forged one, or a shop gone."""
    broken = Missing(_("This link is not whole. Copy it again from the e-mail."))
    try:
        shop_id, user_id, kind = signing.loads(signed, salt=SALT)
    except signing.BadSignature as error:
        raise broken from error
    if not Shop.objects.filter(pk=shop_id).exists():
        raise broken
    return ShopId(shop_id), user_id, NoticeKind(kind)


def sentence(kind: str, params: Mapping[str, str]) -> str:
    """Return a notice in the active language."""
    return {
        NoticeKind.MEMBER_JOINED: _("%(who)s now works with this shop."),
        NoticeKind.MEMBER_LEFT: _("%(who)s no longer works with this shop."),
        NoticeKind.ROLE_CHANGED: _("Your role in this shop is now: %(role)s."),
        NoticeKind.EXPORT_READY: _("The export of the whole shop is ready."),
        NoticeKind.SIGN_IN_AGAIN: _(
            "The shop’s platform no longer lets us in. Open ShopConnect there once: what waits then goes on by itself, "
            "and nothing is lost."
        ),
        NoticeKind.PRIVACY_FILE_READY: _("A customer asks what is known of them: the file for your answer is ready."),
        NoticeKind.REMOVED: _(
            "ShopConnect was removed from the shop’s platform. All that is known of the shop is erased on %(date)s; "
            "install it again before, and it goes on as it was."
        ),
        NoticeKind.USAGE_NEAR: _("%(meter)s: this month, 80%% or more of your plan is used."),
        NoticeKind.USAGE_FULL: _(
            "%(meter)s: this month’s plan is used up. Shelves show what sells well, and the assistant answers what it "
            "finds word for word or offers a person, until the month ends or you choose another plan. Nothing more is "
            "charged."
        ),
        NoticeKind.SHELF_FELL: _(
            "%(because)s, so the simple rule is shown for now: what sells well. The page “Results” says more, and you "
            "switch what was learnt back on there."
        ),
        NoticeKind.TRIAL_ENDED: _trial_ended(params.get("because", "")),
        NoticeKind.SHELVES_UNEVEN: _(
            "Suggestions show your catalogue less evenly than they should. The page “What is shown” says of what."
        ),
    }[NoticeKind(kind)] % {
        "who": _name_of(params.get("who", "")),
        "role": role_word(params.get("role", "")),
        "meter": meter_word(params.get("meter", "")),
        "date": _date_of(params.get("date", "")),
        "because": because_word(params.get("because", "")),
    }


def _trial_ended(because: str) -> str:
    return {
        "errors": _("The test was ended: what it tried failed more often. Everybody sees what was there before."),
        "empties": _(
            "The test was ended: what it tried stayed empty more often. Everybody sees what was there before."
        ),
    }.get(because) or _("The test was ended: what it tried earns less. Everybody sees what was there before.")


def kind_word(kind: NoticeKind) -> str:
    """Return what a kind of notice is about, in the active language."""
    return {
        NoticeKind.MEMBER_JOINED: _("Somebody joins the shop"),
        NoticeKind.MEMBER_LEFT: _("Somebody leaves the shop"),
        NoticeKind.ROLE_CHANGED: _("Your role changes"),
        NoticeKind.EXPORT_READY: _("An export is ready"),
        NoticeKind.SIGN_IN_AGAIN: _("The shop’s platform must be opened again"),
        NoticeKind.PRIVACY_FILE_READY: _("A customer asks what is known of them"),
        NoticeKind.REMOVED: _("ShopConnect is removed from the shop’s platform"),
        NoticeKind.USAGE_NEAR: _("Most of a month’s plan is used"),
        NoticeKind.USAGE_FULL: _("A month’s plan is used up"),
        NoticeKind.SHELF_FELL: _("Suggestions fall back to the simple rule"),
        NoticeKind.TRIAL_ENDED: _("A test is ended because it does harm"),
        NoticeKind.SHELVES_UNEVEN: _("Suggestions show the catalogue unevenly"),
    }[kind]


def meter_word(meter: str) -> str:
    """Return what a plan counts, in the active language."""
    return {"suggestions": _("Suggestions shown"), "answers": _("Messages to the assistant")}.get(meter, meter)


def because_word(because: str) -> str:
    """Return why suggestions fell back to the simple rule, in the active language."""
    return {
        "harm": _("Visits with suggestions earn less than visits without"),
        "errors": _("A row of suggestions failed more often than usual"),
        "empties": _("A row of suggestions stayed empty more often than usual"),
    }.get(because, "")


def role_word(role: str) -> str:
    """Return a role in the active language."""
    return {"owner": _("owner"), "analyst": _("analyst"), "support": _("support")}.get(role, role)


def _date_of(day: str) -> str:
    return date_format(date.fromisoformat(day), "DATE_FORMAT") if day else ""


def _name_of(user_id: str) -> str:
    user = User.objects.filter(pk=int(user_id or 0)).first()
    return called(user.name, user.email) if user else _("Somebody")


def _message(shop_id: ShopId, email: str, language: str, notice: Notice, shop_name: str) -> EmailMessage:
    stop = mail_link("notifications:stop", signing.dumps([shop_id, notice.user_id, notice.kind], salt=SALT), language)
    with translation.override(language or "en"):
        said = sentence(notice.kind, notice.params)
        context = {
            "sentence": said,
            "shop": shop_name,
            "site": settings.SITE_URL,
            "stop": stop,
            "goodbye": feedback_link(shop_id, language) if notice.kind == NoticeKind.REMOVED else "",
        }
        headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        return EmailMessage(
            " ".join(f"{shop_name}: {said}"[:180].splitlines()),
            render_to_string("notifications/mail/notice.txt", context),
            None,
            [email],
            headers=headers,
        )
