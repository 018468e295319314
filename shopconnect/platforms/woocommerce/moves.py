"""A shop that is seen at another address: its owners say whether it moved there, or whether that is a copy."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from shopconnect.connectors.base import Tokens
from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce.obstacles import Obstacle, find_obstacle, obstacle_of
from shopconnect.core.observability.log import get_logger
from shopconnect.core.pace import Pace, at_pace
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.notices import tell_owners
from shopconnect.platforms.woocommerce.services import CannotConnect, begin_approval, end_approval, kept_key, origin_of
from shopconnect.shops import installs, other_addresses
from shopconnect.shops.audit import note
from shopconnect.shops.types import NotConnected
from shopconnect.sync.subscriptions import webhook_address

log = get_logger(__name__)
SEEN_ELSEWHERE = "seen_elsewhere"  # the notice


def ask_what_it_is(_shop_id: ShopId, address: str) -> None:
    """Ask the owners what stands at an address; run in the shop's scope."""
    tell_owners(SEEN_ELSEWHERE, {"address": address})


def sentence(params: Mapping[str, str]) -> str:
    """Return what the notice says."""
    return _(
        "A site at %(address)s says it’s your shop. Did your shop move there, or is it a copy? "
        "Until you answer, nothing is taken from there."
    ) % {"address": params.get("address", "")}


def list_questions(shop_id: ShopId) -> list[str]:
    """Return the addresses at which a shop was seen and nobody has said yet what stands there."""
    with shop_scope(shop_id):
        return other_addresses.addresses_in_question()


def call_it_a_copy(shop_id: ShopId, actor_id: int, address: str) -> None:
    """Go on leaving alone what stands at an address in question; another address changes nothing."""
    with shop_scope(shop_id):
        if address in other_addresses.addresses_in_question():
            other_addresses.call_it_a_copy(address)
            note(actor_id, "called_copy", address)


def begin_move(shop_id: ShopId, actor_id: int, address: str) -> str:
    """Go on with a shop at an address in question, if the key that came along opens it there.

    Where it does not, returns the state with which the owner is sent there to approve, else "". Raises CannotConnect,
    and Refusal(address_taken).
    """
    obstacle = find_obstacle(origin_of(address), address)
    if obstacle is not None:
        raise CannotConnect(obstacle)
    try:
        _move(shop_id, actor_id, address)
    except CannotConnect as error:
        if error.obstacle is not Obstacle.KEY_REFUSED:
            raise
        return begin_approval(address)
    return ""


def finish_move(shop_id: ShopId, actor_id: int, address: str, state: str) -> None:
    """Go on with a shop at an address with the key that was approved there; its state then is over.

    Raises CannotConnect, with the key kept to be tried again, and Refusal(address_taken).
    """
    _move(shop_id, actor_id, address, kept_key(state))
    end_approval(state)


def _move(shop_id: ShopId, actor_id: int, address: str, tokens: Tokens | None = None) -> None:
    before = webhook_address(shop_id)
    try:
        with at_pace(Pace.PROMPT):
            connection = installs.move_shop(shop_id, address, tokens)
    except NotConnected:
        raise CannotConnect(Obstacle.KEY_REFUSED) from None
    except ConnectorError as error:
        raise CannotConnect(obstacle_of(error)) from error
    with shop_scope(shop_id):
        note(actor_id, "moved_shop", address)
    try:
        connection.unsubscribe_webhooks(before)  # they came along; those of the new address are made by a worker
    except ConnectorError as error:
        log.warning("webhooks_left_subscribed", shop_id=shop_id, error=type(error).__name__)
