"""Which shop a folder is brought into, in which currency it sells, and in which time zone it is."""

from dataclasses import replace

from django.utils.translation import gettext_noop

from shopconnect.catalog import selectors as catalog
from shopconnect.connectors.files.reading import BadLine
from shopconnect.connectors.files.values import BadRow, currency, timezone
from shopconnect.connectors.types import ProductDraft, ShopDraft
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import selectors as shops
from shopconnect.shops.services import describe_shop, open_shop
from shopconnect.sync.folders.refusals import FolderRefusal
from shopconnect.sync.folders.sources import FolderContents, KnownShop
from shopconnect.sync.storing import profile
from shopconnect.sync.types import FolderDefaults

UTC = "UTC"
NO_SHOP_FOLDER = gettext_noop("No products found: add products.jsonl, or the product export of your platform.")
NO_PRODUCT = gettext_noop("No product can be read. %(file)s, line %(line)s: %(problem)s")
NO_LINES = (
    gettext_noop("The file is empty."),
    gettext_noop("The file has column titles and nothing below. Export your products again."),
)
NEEDED = {
    "currency": gettext_noop(
        "%(folder)s doesn’t say which currency its prices are in. Add --currency, for example --currency EUR."
    ),
    "timezone": gettext_noop(
        "%(folder)s doesn’t say which time zone the shop is in. Add --timezone, for example --timezone Europe/Paris."
    ),
}
DAYS_ARE_UTC = gettext_noop(
    "The time zone is unknown, so days are counted in UTC. Add --timezone, for example --timezone Europe/Paris."
)


def describe(shop_id: ShopId | None, contents: FolderContents, defaults: FolderDefaults) -> ShopDraft:
    """Return the shop as the folder says, else as `defaults` do, else as it is; "" stands for what nobody says."""
    said = _first_shop(contents)
    draft = replace(said, currency=said.currency or defaults.currency, timezone=said.timezone or defaults.timezone)
    if shop_id is not None:
        with shop_scope(shop_id):
            known = shops.shop_profile()
        draft = replace(draft, currency=draft.currency or known.currency, timezone=draft.timezone or known.timezone)
    return replace(draft, currency=draft.currency or _first_currency(contents))


def missing_values(draft: ShopDraft, contents: FolderContents) -> tuple[str, ...]:
    """Return what must be given with a folder; only one of our own files can do without a time zone."""
    needed = {"currency": draft.currency, "timezone": draft.timezone or not contents.has_exports}
    return tuple(name for name, value in needed.items() if not value)


def refuse_bad_defaults(defaults: FolderDefaults) -> None:
    """Raise Refusal(bad_currency, bad_timezone) for what is no currency or no time zone."""
    for name, read, value in (("currency", currency, defaults.currency), ("timezone", timezone, defaults.timezone)):
        try:
            if value:
                read({name: value}, name)
        except BadRow as bad:
            raise FolderRefusal(f"bad_{name}", bad.text, bad.params) from bad


def find_or_open(
    slug: str, contents: FolderContents, defaults: FolderDefaults, *, is_demo: bool
) -> tuple[ShopId, bool]:
    """Return the shop of a slug, made where it is missing, and whether its time zone is known.

    Raises Refusal where something must be given first: no_shop_folder, no_products, needs_currency, needs_timezone.
    """
    shop_id = shops.find_shop(slug)
    refuse_without_products(shop_id, contents)
    draft = describe(shop_id, contents, defaults)
    for name in missing_values(draft, contents):
        raise FolderRefusal(f"needs_{name}", NEEDED[name], {"folder": str(contents.folder)})
    zoned = replace(draft, timezone=draft.timezone or UTC)
    if shop_id is None:
        shop_id = open_shop(slug, profile(zoned, slug, is_demo=is_demo), is_demo=is_demo)
    else:
        _store_basics(shop_id, zoned)
    return shop_id, bool(draft.timezone)


def _store_basics(shop_id: ShopId, draft: ShopDraft) -> None:
    with shop_scope(shop_id):
        known = shops.shop_profile()
        wanted = replace(known, currency=draft.currency, timezone=draft.timezone)
        if wanted != known:
            describe_shop(wanted)


def _has_products(shop_id: ShopId) -> bool:
    with shop_scope(shop_id):
        return catalog.count_products().products > 0


def refuse_without_products(shop_id: ShopId | None, contents: FolderContents) -> None:
    """Refuse a folder that would leave a shop without a product, with what is wrong with the first line of one.

    Raises Refusal(no_shop_folder, no_products).
    """
    if shop_id is not None and _has_products(shop_id):
        return
    sources = contents.of("products")
    if not sources:
        raise FolderRefusal("no_shop_folder", NO_SHOP_FOLDER)
    found = [(source, source.first_draft(KnownShop().context(""))) for source in sources]
    if not any(isinstance(draft, ProductDraft) for _source, draft in found):
        source, bad = found[0]
        line, text, params = (bad.number, bad.text, bad.params) if bad else (1, NO_LINES[bool(source.export)], {})
        values = {"file": source.path.name, "line": line, "problem": [text, dict(params)]}
        raise FolderRefusal("no_products", NO_PRODUCT, values)


def _first_shop(contents: FolderContents) -> ShopDraft:
    context = KnownShop().context("")
    found = (source.first_draft(context) for source in contents.of("shop"))
    nothing = ShopDraft(name="", currency="", timezone="")
    return next((draft for draft in found if isinstance(draft, ShopDraft)), nothing)


def _first_currency(contents: FolderContents) -> str:
    """Return the currency of the first product, or order, that names one."""
    context = KnownShop().context("")
    for source in (*contents.of("products"), *contents.of("orders")):
        if source.export is None or source.export.format.has_currency:
            found = source.first_draft(context)
            if found is not None and not isinstance(found, BadLine):
                return str(found.currency)
    return ""
