"""Verbs of the shops room that make and describe shops; members, notices and tokens have modules of their own."""

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from shopconnect.connectors.files.descriptor import FILES
from shopconnect.connectors.registry import find_descriptor
from shopconnect.connectors.types import ShopDraft
from shopconnect.core.errors import Refusal
from shopconnect.core.security.crypto import prefixed_token, random_public_id, random_token
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import selectors
from shopconnect.shops.models import Install, Organisation, Shop, ShopKey, ShopProfile
from shopconnect.shops.types import WIDGET_PREFIX, KeyKind, ShopProfileSummary


def open_shop(
    slug: str, profile: ShopProfileSummary, *, platform: str = FILES.name, external_id: str = "", is_demo: bool = False
) -> ShopId:
    """Make a shop with its organisation, install, public key and allowed hosts; returns its id.

    Raises Refusal(slug_taken) when the slug is another shop's, and UnknownPlatform; nothing is made then.
    """
    find_descriptor(platform)
    organisation_id = random_public_id()
    try:
        with transaction.atomic():
            shop = Shop.objects.create(slug=slug, organisation_id=organisation_id, is_demo=is_demo)
            ShopKey.objects.create(shop=shop, kind=KeyKind.WIDGET, value=prefixed_token(WIDGET_PREFIX))
            with shop_scope(ShopId(shop.pk)):
                Organisation.objects.create(id=organisation_id, name=profile.name)
                ShopProfile.objects.create(name=profile.name, currency=profile.currency, timezone=profile.timezone)
                Install.objects.create(platform=platform, external_id=external_id or slug)
                describe_shop(profile)
    except IntegrityError as error:
        if selectors.find_shop(slug) is None:
            raise
        raise Refusal("slug_taken", _("A shop named %(slug)s already exists.") % {"slug": slug}) from error
    return ShopId(shop.pk)


def free_slug(name: str, otherwise: str) -> str:
    """Return a slug made of a name, or `otherwise`, with some random letters behind it where another shop has it."""
    slug = slugify(name.replace(".", "-").replace("/", "-"))[:50] or otherwise
    return slug if selectors.find_shop(slug) is None else f"{slug}-{slugify(random_token(5))}"


def profile_of(draft: ShopDraft, name: str) -> ShopProfileSummary:
    """Return a draft of a shop as a profile, under `name` where the draft has none."""
    return ShopProfileSummary(
        name=draft.name or name,
        currency=draft.currency,
        timezone=draft.timezone,
        languages=draft.languages,
        countries=draft.countries,
        hosts=draft.hosts,
        prices_include_tax=draft.prices_include_tax,
    )


def describe_shop(profile: ShopProfileSummary) -> None:
    """Store what the shop in scope says of itself, and which hosts may carry its widgets; run in the shop's scope."""
    row = ShopProfile.objects.get()
    row.name, row.currency, row.timezone = profile.name, profile.currency, profile.timezone
    row.languages, row.countries, row.hosts = list(profile.languages), list(profile.countries), list(profile.hosts)
    row.prices_include_tax = profile.prices_include_tax
    row.save()
    domains = ShopKey.objects.filter(shop_id=row.shop_id, kind=KeyKind.DOMAIN)
    domains.exclude(value__in=profile.hosts).delete()
    ShopKey.objects.bulk_create(
        [ShopKey(shop_id=row.shop_id, kind=KeyKind.DOMAIN, value=host) for host in profile.hosts], ignore_conflicts=True
    )


def store_settings(values: Mapping[str, object]) -> None:
    """Set some settings of the shop in scope and leave the others; values are anything JSON can hold."""
    row = ShopProfile.objects.select_for_update().get()
    row.settings = {**row.settings, **values}
    row.save(update_fields=["settings"])


def timezone_of(shop_id: ShopId) -> str:
    """Return the time zone of a shop."""
    with shop_scope(shop_id):
        return selectors.shop_profile().timezone


def names_of_shops(shop_ids: Iterable[ShopId]) -> dict[int, str]:
    """Return the names of shops by id; each is opened for a moment, so ask for a person's few shops only."""
    names = {}
    for shop_id in shop_ids:
        with shop_scope(shop_id):
            names[int(shop_id)] = selectors.shop_profile().name
    return names


def hold_shop(shop_id: ShopId) -> None:
    """Let nobody else who holds the shop in scope go on until the scope ends."""
    Shop.objects.select_for_update(no_key=True).filter(pk=shop_id).first()


def mark_as_demo(shop_id: ShopId) -> None:
    """Mark a shop as invented, so that it may be removed in one step."""
    Shop.objects.filter(pk=shop_id).update(is_demo=True)


def store_second_step(shop_id: ShopId, is_needed: bool) -> None:
    """Say whether a shop opens to those only who sign in with a second step."""
    Shop.objects.filter(pk=shop_id).update(needs_second_step=is_needed)


def store_key(shop_id: ShopId, kind: KeyKind, value: str) -> None:
    """Have a shop found by a key from now on; one that it has already changes nothing."""
    ShopKey.objects.get_or_create(shop_id=shop_id, kind=kind, value=value)


def drop_keys(shop_id: ShopId, kind: KeyKind, values: Iterable[str]) -> None:
    """Have a shop no longer found by these keys; those that it does not have change nothing."""
    ShopKey.objects.filter(shop_id=shop_id, kind=kind, value__in=list(values)).delete()
