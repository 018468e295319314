"""What generic code must know of a platform, as plain data: it asks the descriptor and never compares a name."""

from dataclasses import dataclass
from datetime import timedelta

from shopconnect.connectors.base import Ability


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformDescriptor:
    """One platform in words and numbers; an empty text means that there is none of that.

    name: in the database, in addresses and in commands; small letters and digits.
    label: what merchants call it, "" for no platform at all.
    abilities: what its connections may be able to do; what a shop granted, its connection says.
    order_window: how far back orders are shown for sure; an older one that is not shown may still be there. None: all.
    token_life: longer than tokens of a living shop are left unrenewed; None: they last until they are revoked.
    redact_delay: a little less than the time after which it asks for the erasure of a shop that left.
    price_scope: what must be granted before prices may be changed.
    page_scopes: what must be granted before the shop's own pages may be read, where more than an install grants.
    reads_emails: whether shoppers' addresses of mail may be read there.
    staff_label: what people of its admin are called, a text to translate with %(number)s in it.
    retries_webhooks: whether it sends again what was not answered by 200.
    bills_apps: whether its shops may pay for an app nowhere else.
    install_path: the page of ours on which a merchant begins; "" where its own store leads to us.
    home_path: where the merchant's home stands for its admin.
    orders_path: the page of a shop on which who is signed in sees where their orders stand.
    domain_suffix: what the ids of all its shops end with, and hence tells none from another.
    """

    name: str
    label: str = ""
    abilities: frozenset[Ability] = frozenset()
    order_window: timedelta | None = None
    token_life: timedelta | None = None
    redact_delay: timedelta = timedelta(0)
    price_scope: str = ""
    page_scopes: tuple[str, ...] = ()
    reads_emails: bool = True
    staff_label: str = ""
    retries_webhooks: bool = True
    bills_apps: bool = False
    install_path: str = ""
    home_path: str = ""
    orders_path: str = ""
    domain_suffix: str = ""
