"""Connecting a shop: its merchant says yes there, the shop sends a key, and the key is tried on that very shop."""

from datetime import timedelta

from django.db.models import QuerySet

from shopconnect.accounts.members import join_installer
from shopconnect.connectors.base import Tokens
from shopconnect.connectors.registry import find_platform
from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce.obstacles import Obstacle, find_obstacle, obstacle_of
from shopconnect.connectors.woocommerce.platform import WooCommerce
from shopconnect.connectors.woocommerce.types import PLATFORM
from shopconnect.core.clock import now
from shopconnect.core.observability.log import get_logger
from shopconnect.core.pace import Pace, at_pace
from shopconnect.core.security.crypto import random_token, token_hash
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.platforms.woocommerce.models import Approval
from shopconnect.platforms.woocommerce.plugin import give_key
from shopconnect.shops import installs
from shopconnect.shops.audit import note
from shopconnect.shops.stored_tokens import read_tokens, write_tokens
from shopconnect.shops.types import NotConnected
from shopconnect.sync import subscriptions

log = get_logger(__name__)
APPROVAL_LASTS = timedelta(hours=1)


class CannotConnect(Exception):
    """A shop cannot be connected until somebody mends what `obstacle` names."""

    def __init__(self, obstacle: Obstacle) -> None:
        super().__init__(obstacle.value)
        self.obstacle = obstacle


def origin_of(shop: str) -> str:
    """Return where a shop stands; raises NotConnected where the platform is not set up."""
    return _platform().origin.format(shop=shop)


def begin_approval(shop: str) -> str:
    """Return the state with which a merchant is sent to a shop, which serves once; raises CannotConnect."""
    obstacle = find_obstacle(origin_of(shop), shop)
    if obstacle is not None:
        log.info("obstacle_found", platform=PLATFORM, obstacle=obstacle.value)
        raise CannotConnect(obstacle)
    state = random_token()
    Approval.objects.create(state_hash=token_hash(state), expires_at=now() + APPROVAL_LASTS)
    return state


def keep_key(state: str, tokens: Tokens) -> bool:
    """Keep the key that a shop sent for a state until its merchant is back; a second one, or a late one, is not kept.

    It is not tried yet: a small shop may answer nobody while it waits for us.
    """
    return bool(_open(state).filter(tokens="").update(tokens=write_tokens(tokens)))


def is_open(state: str) -> bool:
    """Say whether a state may still serve."""
    return _open(state).exists()


def kept_key(state: str) -> Tokens:
    """Return the key that a shop sent for a state; raises CannotConnect where none came, or its time is over."""
    row = _open(state).exclude(tokens="").first()
    if row is None:
        raise CannotConnect(Obstacle.NO_KEY)
    return read_tokens(row.tokens)


def connect_shop(shop: str, state: str, user_id: int | None = None) -> ShopId:
    """Install a shop whose key opens it, and make whoever had it approved a member; returns its id.

    The state then is over. Raises CannotConnect, with the key kept to be tried again, and Busy.
    """
    tokens = kept_key(state)
    connection = _platform().connect(shop, tokens)
    try:
        with at_pace(Pace.PROMPT):  # a browser waits
            draft = connection.read_shop()
    except ConnectorError as error:
        log.info("key_opens_nothing", status=error.status, detail=error.detail)
        raise CannotConnect(obstacle_of(error)) from error
    shop_id = installs.install_shop(PLATFORM, shop, tokens, draft, now())
    if user_id is not None:
        join_installer(shop_id, user_id)
    end_approval(state)
    with at_pace(Pace.PROMPT):
        give_key(shop_id, connection)
    return shop_id


def disconnect_shop(shop_id: ShopId, actor_id: int) -> None:
    """End a shop's connection: its webhooks go, our key is forgotten, its data waits to be erased."""
    address = address_of(shop_id)
    if address:
        subscriptions.disconnect_shop(shop_id)
        with shop_scope(shop_id):
            note(actor_id, "disconnected_shop", address)


def is_connected(shop: str) -> bool:
    """Say whether a shop is installed."""
    shop_id = installs.find_installed(PLATFORM, shop)
    return shop_id is not None and installs.is_installed(shop_id)


def address_of(shop_id: ShopId) -> str:
    """Return where a shop of ours on WooCommerce stands, "" for one that left or stands elsewhere."""
    with shop_scope(shop_id):
        install = installs.find_install()
    return install.external_id if install and install.platform == PLATFORM else ""


def end_approval(state: str) -> None:
    """Have a state, and the key that came for it, serve no more."""
    Approval.objects.filter(state_hash=token_hash(state)).delete()


def forget_approvals() -> None:
    """Remove approvals whose time is over, with keys that nobody came back for."""
    Approval.objects.filter(expires_at__lt=now()).delete()


def _open(state: str) -> QuerySet[Approval]:
    return Approval.objects.filter(state_hash=token_hash(state), expires_at__gt=now())


def _platform() -> WooCommerce:
    found = find_platform(PLATFORM)
    if not isinstance(found, WooCommerce):
        raise NotConnected(f"{PLATFORM} is not set up.")
    return found
