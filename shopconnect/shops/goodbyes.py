"""Why a shop left: its people may say so from the mail that tells of the erasing, and never must."""

from datetime import timedelta

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shopconnect.core.errors import Missing
from shopconnect.core.log import get_logger
from shopconnect.core.tenancy import ShopId, shop_scope
from shopconnect.shops.letters import mail_link
from shopconnect.shops.models import Install, Shop
from shopconnect.shops.selectors import departed_at
from shopconnect.shops.types import GOODBYE_DAYS, GoodbyeFacts, LeftBecause

log = get_logger(__name__)

MOST_CHARACTERS, SALT = 500, "shopconnect.goodbyes"


def goodbye_link(shop_id: ShopId, language: str) -> str:
    """Return where the people of the shop in scope may say why it left, or "" where it did not."""
    if departed_at() is None:
        return ""
    install_id = Install.objects.order_by("-uninstalled_at").values_list("pk", flat=True)[0]
    return mail_link("shops:goodbye", signing.dumps([shop_id, install_id], salt=SALT), language)


def read_goodbye(signed: str) -> GoodbyeFacts:
    """Return what was said so far by a link. Raises Missing: forged, too old, or the shop is erased or came back."""
    shop_id, install_id = _read(signed)
    with shop_scope(shop_id):
        row = _departed(install_id).first()
    if row is None:
        raise _over()
    return GoodbyeFacts(because=row.left_because, saying=row.left_saying)


def say_goodbye(signed: str, because: str, saying: str) -> None:
    """Keep why a shop left, in the place of what was said before. Raises Missing as read_goodbye does."""
    shop_id, install_id = _read(signed)
    reason = because if because in set(LeftBecause) else ""
    text = saying.replace("\r\n", "\n").strip()[:MOST_CHARACTERS]  # forms count a line's end once, and send it as two
    with shop_scope(shop_id):
        if not _departed(install_id).update(left_because=reason, left_saying=text):
            raise _over()
    log.info("left_because", shop_id=shop_id, reason=reason)


def reason_word(because: LeftBecause) -> str:
    """Return why a shop left, in the active language."""
    return {
        LeftBecause.COSTLY: _("It costs too much"),
        LeftBecause.HARD: _("It was hard to set up"),
        LeftBecause.BROKEN: _("Something did not work"),
        LeftBecause.USELESS: _("It was not useful enough"),
        LeftBecause.CLOSING: _("The shop closes"),
    }[because]


def _read(signed: str) -> tuple[ShopId, int]:
    try:
        number, install_id = signing.loads(signed, salt=SALT, max_age=timedelta(days=GOODBYE_DAYS))
    except signing.BadSignature as error:
        raise _over() from error
    if not Shop.objects.filter(pk=number).exists():
        raise _over()
    return ShopId(number), install_id


def _departed(install_id: int) -> QuerySet[Install]:
    """Return an install of the shop in scope; nothing where the shop came back."""
    rows: QuerySet[Install] = Install.objects.filter(pk=install_id)
    return rows if departed_at() is not None else rows.none()


def _over() -> Missing:
    return Missing(_("The shop is erased, or ShopConnect is back in it: there is nothing left to say here."))
