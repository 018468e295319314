"""What may cross the wall of the widgets room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shopconnect.billing.types import Allowance, Meter
from shopconnect.core.clock import now
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops.types import InstallSummary

MOST_BYTES = 16_384  # of what a page says


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFront:
    """What the gateway must know of a shop, kept in memory so that no request asks the database for it."""

    shop_id: ShopId
    public_key: str
    name: str
    languages: tuple[str, ...]
    hosts: frozenset[str]
    allowance: Allowance | None = field(default=None, compare=False)
    staff_series: int = field(default=0, compare=False)  # under which marks of staff are signed

    def is_over_plan(self, meter: Meter | None, since: int) -> bool:
        """Say whether more was used this month than the shop's plan holds."""
        if meter is None or self.allowance is None:
            return False
        return self.allowance.is_over(meter, now().date().replace(day=1), since)

    @property
    def default_language(self) -> str:
        """The shop's first language that the widgets speak, else English."""
        return next((language for language in self.languages if language in LANGUAGES), LANGUAGES[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedVisit:
    """What a platform's signature vouches for: the shop, its address for us, and the customer who is signed in.

    `query` is what the page itself asked with, which nobody vouches for; `address` is the shopper's, as the platform
    tells it, good for limits only.
    """

    shop: str
    base: str
    customer: str
    address: str
    query: Mapping[str, str]


class NonShopper(StrEnum):
    """Why a call is none of a shopper's, in one letter: in the place of an arm's where it is counted."""

    ROBOT = "r"
    STAFF = "s"
    PREVIEW = "p"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` calls in `seconds`, for one address at one shop."""

    most: int
    seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetRequest:
    """What a shopper's device asks; origin, rate and size are checked, the words are not.

    `query` is what stands in the address of a GET, `body` what a POST says, each empty for the other; `language` is en
    or fr, `caller` a keyed hash of the network address, good for limits and never stored with what was said
    but for a mark of the day in a visitor's name (visitors.py);
    `calls_today` says how often it called this endpoint today; `public_key` is the shop's.
    `visitor` is the id of the device's visitor where we signed it for the shop, else "". `customer` is who the
    platform's or the shop's signature says is signed in, where they agreed or choose now, "" for anybody else;
    `recalled` is what is kept of them for an endpoint that asks for it (b"" for nothing), None unless they agreed to
    that and it could be
    read. `non_shopper` says that no shopper asks: such a call is answered, and counts nowhere.
    `wants_privacy` is Global Privacy Control. Where `is_over_plan`, the shop used more this month than its plan holds:
    the simple rule is what answers.
    """

    shop_id: ShopId
    method: str
    language: str
    query: Mapping[str, str]
    body: Mapping[str, Any]
    caller: str
    public_key: str
    calls_today: int = 0
    visitor: str = ""
    customer: str = ""
    recalled: bytes | None = None
    non_shopper: NonShopper | None = None
    wants_privacy: bool = False
    is_over_plan: bool = False

    def text(self, name: str, most: int = 200) -> str:
        """Return a field of the body, or of the address of a GET, as text of at most `most` characters, else ""."""
        value = (self.body or self.query).get(name, "")
        if value == "":
            return ""
        # Halves of characters and zero bytes are no text: neither a hash nor the database takes them.
        text = str(value).encode(errors="ignore").decode().replace("\0", "") if isinstance(value, str | int) else ""
        return text.strip()[:most]


@dataclass(frozen=True, slots=True)
class WidgetResponse:
    """What goes back: a JSON object, or its text where it is ready; its status, and how long anybody may keep it.

    `is_empty` says that there was nothing to show, for those who count that; no trouble where it `may_be_empty`.
    `label` is the one that the endpoint counts the call under, where the view has worked it out.
    """

    body: Mapping[str, object] | bytes
    status: int = 200
    keep_seconds: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    is_empty: bool = False
    may_be_empty: bool = False
    label: str | None = None


WidgetView = Callable[[WidgetRequest], "WidgetResponse | Mapping[str, object]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A view that shoppers reach, with the methods and the rate that the gateway allows it.

    A POST brings JSON; to a form it brings form fields, which need no preflight. A beacon takes what a page sends as it
    is left: longer, as plain text since that needs no preflight either, and from a sandbox of the page, whose origin is
    "null". `private` names what says something of a person: it stands in a body, and in no address. `meter` says what a
    visit that is answered well uses up of the shop's plan, `label` under which name it is counted what becomes of a
    call ("" for not at all), and `is_of_shop` whether what it names is the shop's: that what a stranger makes up is
    empty is no trouble.
    `recalls` is under which key of Redis something is kept of a signed-in customer: it is read along where they agreed.
    `most_bytes` is how long a body of JSON may be.
    Where it `serves_account`, who is signed in is named without having agreed to be remembered: they ask for what is
    theirs, and nothing but that is kept under their name.
    """

    view: WidgetView
    methods: tuple[str, ...]
    rate: Rate
    is_beacon: bool = False
    is_form: bool = False
    private: frozenset[str] = frozenset()
    meter: Meter | None = None
    label: Callable[[WidgetRequest], str] | None = None
    is_of_shop: Callable[[WidgetRequest], bool] | None = None
    recalls: Callable[[ShopId, str], str] | None = None
    serves_account: bool = False
    most_bytes: int = MOST_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontSummary:
    """How a shop's widgets come to its pages; `is_in_use` says that shoppers saw a shelf, or wrote to the assistant.

    `takes_sites` is true where no platform tells us on which sites a shop stands.
    """

    install: InstallSummary | None
    public_key: str
    hosts: tuple[str, ...]
    takes_sites: bool
    is_in_use: bool
