"""WooCommerce's own way to give a key: its merchant says yes on a page of the shop, which then sends a key to us.

Nobody signs what it sends. So a key is believed only once it opened the very shop to which its merchant was sent.
"""

from typing import Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shopconnect.connectors.base import Tokens
from shopconnect.connectors.types import ConnectorError
from shopconnect.connectors.woocommerce.types import PLATFORM, READ_WRITE

APP_NAME = "ShopConnect"  # how the shop's page, and its list of keys, calls us
MOST_BYTES = 4_000


def approval_url(origin: str, state: str, return_url: str, callback_url: str) -> str:
    """Return the page of a shop on which its merchant says yes or no.

    `state` comes back with the key and with the browser, and not encoded on the way: letters, digits, - and _ only.
    """
    query = {
        "app_name": APP_NAME,
        "scope": READ_WRITE,
        "user_id": state,
        "return_url": return_url,
        "callback_url": callback_url,
    }
    return f"{origin}/wc-auth/v1/authorize?{urlencode(query)}"


class WooKey(BaseModel):
    """What a shop sends: `user_id` is the state."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: str = Field(max_length=100)
    consumer_key: str = Field(pattern=r"^ck_\w{1,100}$")
    consumer_secret: str = Field(pattern=r"^cs_\w{1,100}$")
    key_permissions: Literal["read_write"]


def read_key(body: bytes) -> tuple[str, Tokens]:
    """Return the state and the key that a shop sent; raises ConnectorError, status 400, where it makes no sense."""
    try:
        key = WooKey.model_validate_json(body)
    except ValidationError:  # not as the cause: it quotes what was sent
        raise ConnectorError(PLATFORM, 400, permanent=True, detail="What came is no key that may write.") from None
    return key.user_id, Tokens(access=key.consumer_key, secret=key.consumer_secret, scopes=(key.key_permissions,))
