"""What is said of a shopper's e-mail address, and how often one may be left."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.answers.types import ShownMessage
from shopconnect.core.tenancy.context import ShopId

CONSENT_VERSION = "1"  # of the sentence that a shopper agrees to
LINK_DAYS = 30  # how long the link of an e-mail holds, and an address is kept after its conversation was closed
# Within a day: of one conversation, of one address at a shop, and of one network, behind which many may be.
MOST_OF_ONE, MOST_OF_NETWORK = 3, 20
MOST_REPLIES = 30  # by one link, within an hour


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAddress:
    """An e-mail address as a shopper gave it: for which conversation, by its token, and with which consent.

    `caller` is a keyed hash of the network address.
    """

    token: str
    customer: str
    email: str
    has_consented: bool
    wording: str
    caller: str


@dataclass(frozen=True, slots=True)
class MailLink:
    """What the link of an e-mail names: a shop, and an address by its public id."""

    shop_id: ShopId
    address: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTalk:
    """A conversation that the link of an e-mail leads to."""

    shop: str
    reference: str
    timezone: str
    messages: tuple[ShownMessage, ...]
