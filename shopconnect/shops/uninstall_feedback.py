"""Why a shop left: its people may say so from the mail that tells of the erasing, and never must."""

from collections.abc import Iterator
from datetime import timedelta

from django.core import signing
from django.utils.translation import gettext as _

from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.observability.metrics import count_uninstall_feedback
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.email_links import mail_link
from shopconnect.shops.models import Install, Shop, UninstallFeedback
from shopconnect.shops.selectors import all_shops, departed_at
from shopconnect.shops.types import FEEDBACK_CHARACTERS, FEEDBACK_DAYS, UninstallFeedbackSummary, UninstallReason

SALT = "shopconnect.goodbyes"


def feedback_link(shop_id: ShopId, language: str) -> str:
    """Return where the people of the shop in scope may say why it left, or "" where it did not."""
    install_id = _departed_install()
    return (
        mail_link("shops:uninstall_feedback", signing.dumps([shop_id, install_id], salt=SALT), language)
        if install_id
        else ""
    )


def read_feedback(signed: str) -> UninstallFeedbackSummary:
    """Return what was said so far by a link.

    Raises Missing, with a sentence for each: a link that is not whole or too old, a shop that is erased or came back.
    """
    shop_id, install_id = _read(signed)
    with shop_scope(shop_id):
        _demand_departed(install_id)
        return next(_feedback(), UninstallFeedbackSummary())


def store_feedback(signed: str, because: str, saying: str) -> None:
    """Keep why a shop left, in the place of what was said before. Raises Missing as read_feedback does."""
    shop_id, install_id = _read(signed)
    reason = because if because in set(UninstallReason) else ""
    # Forms count a line's end once, and send it as two.
    text = saying.replace("\r\n", "\n").strip()[:FEEDBACK_CHARACTERS]
    with shop_scope(shop_id):
        Shop.objects.select_for_update(no_key=True).filter(pk=shop_id).first()  # nobody comes back meanwhile
        _demand_departed(install_id)
        before = next(_feedback(), UninstallFeedbackSummary()).because
        UninstallFeedback.objects.update_or_create(defaults={"because": reason, "saying": text, "said_at": now()})
    if reason not in ("", before):
        count_uninstall_feedback(reason)


def forget_feedback(_shop_id: ShopId) -> None:
    """Forget why the shop in scope left: it is back."""
    UninstallFeedback.objects.all().delete()


def list_feedback() -> list[UninstallFeedbackSummary]:
    """Return what is said by the shops that left and are not erased, newest first; not by which."""
    found: list[UninstallFeedbackSummary] = []
    for shop_id in all_shops():
        with shop_scope(shop_id):
            found += _feedback()
    return sorted(found, key=lambda one: str(one.said_at), reverse=True)


def reason_word(because: UninstallReason) -> str:
    """Return why a shop left, in the active language."""
    return {
        UninstallReason.COSTLY: _("It’s too expensive"),
        UninstallReason.HARD: _("It was hard to set up"),
        UninstallReason.BROKEN: _("Something didn’t work"),
        UninstallReason.USELESS: _("It wasn’t useful enough"),
        UninstallReason.CLOSING: _("The shop is closing"),
    }[because]


def _feedback() -> Iterator[UninstallFeedbackSummary]:
    return (
        UninstallFeedbackSummary(because=row.because, saying=row.saying, said_at=row.said_at)
        for row in UninstallFeedback.objects.all()
    )


def _read(signed: str) -> tuple[ShopId, int]:
    try:
        number, install_id = signing.loads(signed, salt=SALT, max_age=timedelta(days=FEEDBACK_DAYS))
    except signing.SignatureExpired as error:
        raise Missing(_("This link is more than %(days)d days old.") % {"days": FEEDBACK_DAYS}) from error
    except signing.BadSignature as error:
        raise Missing(_("This link is incomplete. Copy it again from the email.")) from error
    if not Shop.objects.filter(pk=number).exists():
        raise Missing(_("The shop and all feedback about it have since been deleted."))
    return ShopId(number), install_id


def _departed_install() -> int | None:
    """Return the install by which the shop in scope left last, or None where it did not, or came back."""
    if departed_at() is None:
        return None
    return int(Install.objects.order_by("-uninstalled_at").values_list("pk", flat=True)[0])


def _demand_departed(install_id: int) -> None:
    if _departed_install() != install_id:
        raise Missing(
            _(
                "ShopConnect has been reinstalled in this shop since, and the feedback given when it "
                "left has been deleted."
            )
        )
