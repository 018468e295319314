"""The files of a shop's folder in the order in which they are brought in, each with its room's verbs."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from shopconnect.catalog import selectors as catalog
from shopconnect.catalog import services as catalog_services
from shopconnect.connectors.files import drafts, rows
from shopconnect.connectors.types import ConsentDraft, SettingDraft, ShopDraft
from shopconnect.core.tenancy.bulk import Stored
from shopconnect.events import selectors as events
from shopconnect.events import services as events_services
from shopconnect.orders import drafts as order_drafts
from shopconnect.orders import services as orders_services
from shopconnect.orders.histories import drop_histories
from shopconnect.privacy import selectors as privacy
from shopconnect.privacy import services as privacy_services
from shopconnect.shops import selectors as shops
from shopconnect.shops import services as shops_services
from shopconnect.sync.registry import SyncFile, registered_files
from shopconnect.sync.storing import store_shop

ABOUT_THE_SHOP = ("shop", "settings")


def own_files() -> list[SyncFile]:
    """Return the files that hold a shop's own data, what others point at first."""
    return [*_catalog_files(), *_order_files()]


def _catalog_files() -> list[SyncFile]:
    return [
        SyncFile(
            name="shop",
            title=gettext_lazy("Shop details"),
            read=drafts.read_shop,
            store=store_shop,
            export=_shop_rows,
            key=lambda _: "the shop",
        ),
        SyncFile(
            name="settings",
            title=gettext_lazy("Settings"),
            read=drafts.read_setting,
            store=_store_settings,
            export=_setting_rows,
            key=lambda draft: draft.name,
        ),
        SyncFile(
            name="products",
            title=gettext_lazy("Products"),
            read=drafts.read_product,
            store=catalog_services.store_products,
            export=_written(rows.product_row, catalog.iter_products),
            key=lambda draft: draft.external_id,
        ),
        SyncFile(
            name="prices",
            title=gettext_lazy("Price history"),
            read=drafts.read_price,
            store=catalog_services.store_prices,
            export=_written(rows.price_row, catalog.iter_prices),
        ),
        SyncFile(
            name="stock",
            title=gettext_lazy("Stock history"),
            read=drafts.read_stock,
            store=catalog_services.store_stock,
            export=_written(rows.stock_row, catalog.iter_stock),
        ),
    ]


def _order_files() -> list[SyncFile]:
    return [
        SyncFile(
            name="customers",
            title=gettext_lazy("Customers"),
            read=drafts.read_customer,
            store=orders_services.store_customers,
            export=_written(rows.customer_row, order_drafts.iter_customers),
            key=lambda draft: draft.external_id,
        ),
        SyncFile(
            name="orders",
            title=gettext_lazy("Orders and refunds"),
            read=drafts.read_order,
            store=orders_services.store_orders,
            export=_written(rows.order_row, order_drafts.iter_orders),
            key=lambda draft: (draft.kind, draft.external_id),
        ),
        SyncFile(
            name="consents",
            title=gettext_lazy("Consents"),
            read=drafts.read_consent,
            store=_store_consents,
            export=_written(rows.consent_row, privacy.iter_consents),
        ),
        SyncFile(
            name="events",
            title=gettext_lazy("Visitor activity"),
            read=drafts.read_event,
            store=events_services.store_events,
            export=_written(rows.event_row, events.iter_events),
        ),
    ]


def all_files() -> list[SyncFile]:
    """Return every file that a folder may hold."""
    return [*own_files(), *registered_files()]


def by_file(counts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what is counted by file as a merchant reads it: products first, what says how the shop is last."""
    places = {file.name: place for place, file in enumerate(all_files())}
    return sorted(counts.items(), key=lambda one: (one[0] in ABOUT_THE_SHOP, places.get(one[0], len(places))))


def title_of(name: str) -> str:
    """Return what a merchant calls what is in a file, its own name where no room has it any more."""
    return next((str(file.title) for file in all_files() if file.name == name), name)


def _shop_rows() -> Iterator[Mapping[str, Any]]:
    profile = shops.shop_profile()
    yield rows.shop_row(
        ShopDraft(
            name=profile.name,
            currency=profile.currency,
            timezone=profile.timezone,
            languages=profile.languages,
            countries=profile.countries,
            hosts=profile.hosts,
            prices_include_tax=profile.prices_include_tax,
        )
    )


def _store_settings(given: Sequence[SettingDraft]) -> Stored:
    known = shops.shop_settings()
    fresh = {draft.name: draft.value for draft in given if draft.name not in known or known[draft.name] != draft.value}
    if fresh:
        shops_services.store_settings(fresh)
    changed = sum(name in known for name in fresh)
    return Stored(new=len(fresh) - changed, changed=changed, same=len(given) - len(fresh))


def _store_consents(given: Sequence[ConsentDraft]) -> Stored:
    drop_histories(draft.customer for draft in given)
    return privacy_services.store_consents(given)


def _setting_rows() -> Iterator[Mapping[str, Any]]:
    for name, value in sorted(shops.shop_settings().items()):
        yield rows.setting_row(SettingDraft(name=name, value=value))


def _written(
    write: Callable[[Any], Mapping[str, Any]], rows: Callable[[], Iterable[Any]]
) -> Callable[[], Iterable[Mapping[str, Any]]]:
    return lambda: map(write, rows())
