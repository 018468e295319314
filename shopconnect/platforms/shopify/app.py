"""Our app at Shopify, as the settings describe it, and how a shop comes to it."""

import tomllib
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from shopconnect import connectors
from shopconnect.connectors.base import Tokens
from shopconnect.connectors.shopify import oauth
from shopconnect.connectors.shopify.billing import Partner
from shopconnect.connectors.shopify.types import PLATFORM, App, Session
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops import installs

LISTINGS = "https://apps.shopify.com"
MANIFEST = Path(connectors.__file__).parent / "shopify" / "app" / "shopify.app.toml"


def find_app() -> App | None:
    """Return our app, or None where no shop of Shopify's is served."""
    if not settings.SHOPIFY_CLIENT_ID:
        return None
    return App(
        client_id=settings.SHOPIFY_CLIENT_ID,
        secret=settings.SHOPIFY_CLIENT_SECRET,
        old_secret=settings.SHOPIFY_OLD_CLIENT_SECRET,
        origin=settings.SHOPIFY_ORIGIN,
        data_level=settings.SHOPIFY_DATA_LEVEL,
    )


def find_partner() -> Partner | None:
    """Return our account as a partner of Shopify, or None where plans are not sold there: nothing is limited then."""
    if not settings.SHOPIFY_PARTNER_TOKEN:
        return None
    return Partner(
        organisation=settings.SHOPIFY_PARTNER_ORGANISATION,
        token=settings.SHOPIFY_PARTNER_TOKEN,
        app_number=settings.SHOPIFY_APP_NUMBER,
        app_handle=settings.SHOPIFY_APP_HANDLE,
        origin=settings.SHOPIFY_PARTNER_ORIGIN,
        admin=settings.SHOPIFY_ADMIN,
    )


def listing_address() -> str:
    """Return where the App Store lists our app, "" while it is not listed."""
    handle = settings.SHOPIFY_APP_HANDLE
    return f"{LISTINGS}/{handle}" if handle else ""


def find_listing_warning() -> str:
    """Return what operators must know while new accounts are not led to our app, "" where they are."""
    if find_app() is None or listing_address():
        return ""
    return _(
        "New accounts aren’t shown how to connect a Shopify shop: SHOPIFY_APP_HANDLE, the app’s name in the "
        "Shopify App Store, isn’t set."
    )


@lru_cache(maxsize=1)
def wanted_scopes() -> tuple[str, ...]:
    """Return what each shop is asked to allow us."""
    return tuple(tomllib.loads(MANIFEST.read_text())["access_scopes"]["scopes"].split(","))


def admin_address(shop: str, page: str) -> str:
    """Return where a page of a shop's admin stands, by the shop's domain at Shopify."""
    return f"{settings.SHOPIFY_ADMIN}/store/{shop.partition('.')[0]}/{page}"


def admin_address_of_ours(shop: str, path: str) -> str:
    """Return where a page of ours stands in a shop's admin."""
    return admin_address(shop, f"apps/{settings.SHOPIFY_CLIENT_ID}/{path}")


def theme_links(shop: str) -> dict[str, str]:
    """Return where a shop's theme editor opens for each block of our extension, by the name of its file.

    The app embed is then switched on by one click, a block added by one; both ask for a save.
    """
    editor, ours = admin_address(shop, "themes/current/editor"), f"{settings.SHOPIFY_CLIENT_ID}/"
    wanted = {
        "embed": {"context": "apps", "activateAppId": f"{ours}embed"},
        "shelf": {"template": "product", "addAppBlockId": f"{ours}shelf", "target": "newAppsSection"},
        "consent": {"template": "index", "addAppBlockId": f"{ours}consent", "target": "sectionGroup:footer"},
    }
    return {block: f"{editor}?{urlencode(query, safe='/:')}" for block, query in wanted.items()}


def enter_shop(app: App, session: Session, token: str, *, is_load: bool) -> ShopId:
    """Return the shop of a session, installed where it is new, gone or parked.

    A page that is loaded, rather than fetched from another, also asks for new tokens where those stored do not allow
    all that we want: while the manifest at Shopify is older than ours that comes to nothing, and must not cost each
    request a call. Raises ConnectorError, permanent where the session token is not taken.
    """

    def exchange() -> Tokens:
        return oauth.exchange_session_token(app, session.shop, token, now())

    return installs.sign_in_shop(PLATFORM, session.shop, exchange, allows_enough if is_load else lambda _: True)


def enter_with_code(app: App, shop: str, code: str) -> ShopId:
    """Return the shop whose admin sent a merchant back with a code; raises ConnectorError, permanent for a bad code."""

    def exchange() -> Tokens:
        return oauth.exchange_code(app, shop, code, now())

    return installs.sign_in_shop(PLATFORM, shop, exchange, lambda _: False)


def allows_enough(tokens: Tokens) -> bool:
    """Say whether tokens allow what each shop is asked for; who may write may read."""
    allowed = set(tokens.scopes)
    return all(scope in allowed or scope.replace("read_", "write_", 1) in allowed for scope in wanted_scopes())
