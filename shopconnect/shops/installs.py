"""Installs: how a shop of a platform comes, how its platform is reached, how it leaves.

Tokens are one encrypted text, so that a pair is never half new. Where they expire, the first who needs them renews them
while the others wait; a shop whose platform refuses that is parked until somebody signs in there again. Whoever works
for a shop asks for `connected`, and lets the work wait on NotConnected.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from shopconnect.connectors import base
from shopconnect.connectors.registry import find_descriptor, find_platform
from shopconnect.connectors.types import AccessEnded, AppRefused, ConnectorError, ShopDraft, ShopElsewhere
from shopconnect.core.clock import now
from shopconnect.core.errors import Refusal
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.locks import advisory_lock, short_lock_timeout
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops import refusals, selectors
from shopconnect.shops.audit import note
from shopconnect.shops.models import Install, Shop, ShopKey
from shopconnect.shops.other_addresses import move_install, note_other_address
from shopconnect.shops.services import describe_shop, free_slug, open_shop, profile_of
from shopconnect.shops.stored_tokens import read_tokens, write_tokens
from shopconnect.shops.types import InstallSummary, KeyKind, NotConnected

RENEWED_BEFORE = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(seconds=10)

ShopListener = Callable[[ShopId], None]
# In the order in which rooms register, lower rooms first.
_installed: dict[str, ShopListener] = registry({})
_signed_in: dict[str, ShopListener] = registry({})
_parked: dict[str, ShopListener] = registry({})
_uninstalled: dict[str, ShopListener] = registry({})


def after_install(name: str, listener: ShopListener) -> None:
    """Have a function called, in the shop's scope and in one transaction with it, when a shop is new or came back."""
    _installed[name] = listener


def after_sign_in(name: str, listener: ShopListener) -> None:
    """Have a function called, in the shop's scope and in one transaction with it, when a parked shop can go on."""
    _signed_in[name] = listener


def after_park(name: str, listener: ShopListener) -> None:
    """Have a function called, in the shop's scope and in one transaction with it, when a shop must sign in again."""
    _parked[name] = listener


def after_uninstall(name: str, listener: ShopListener) -> None:
    """Have a function called, in the shop's scope and in one transaction with it, when a shop left."""
    _uninstalled[name] = listener


def find_installed(platform: str, external_id: str) -> ShopId | None:
    """Return the shop of a platform's id, also one that left and is not erased yet, or None. Reads the doorway."""
    return selectors.shop_by_key(KeyKind.PLATFORM, f"{platform}:{external_id}")


def find_install() -> InstallSummary | None:
    """Return the live install of the shop in scope, or None once it left; asks nobody but the database."""
    row = Install.objects.filter(uninstalled_at=None).first()
    if row is None:
        return None
    return InstallSummary(
        platform=row.platform,
        external_id=row.external_id,
        number=row.number,
        needs_sign_in_at=row.needs_sign_in_at,
        scopes=read_tokens(row.tokens).scopes if row.tokens else (),
    )


def install_shop(
    platform: str, external_id: str, tokens: base.Tokens, draft: ShopDraft, at: datetime | None = None
) -> ShopId:
    """Make a shop of a platform, or go on with the one that is there: parked, or gone and back. Returns its id.

    `at` is when the platform was asked for the tokens: an uninstall older than that is ignored. Raises Busy where
    somebody else has the shop in hand for seconds, and UnknownPlatform.
    """
    with short_lock_timeout():
        shop_id = _held_shop(platform, external_id) or _open(platform, external_id, draft)
        with shop_scope(shop_id):
            describe_shop(profile_of(draft, external_id))
            for listener in _take_tokens(platform, external_id, draft.number, tokens, at or now()):
                listener(shop_id)
    return shop_id


def move_shop(shop_id: ShopId, external_id: str, tokens: base.Tokens | None = None) -> base.Connection:
    """Go on with a shop under another id of its platform, if its tokens, or new ones, open it there.

    Returns its connection. Raises NotConnected, ConnectorError where they do not open it, and Refusal(address_taken)
    where that is another shop's.
    """
    access = _access(shop_id, tokens)
    connection = access.platform.connect(external_id, access.tokens)
    draft = connection.read_shop()
    with short_lock_timeout(), shop_scope(shop_id):
        move_install(external_id)
    install_shop(access.platform.name, external_id, access.tokens, draft)
    return connection


def is_installed(shop_id: ShopId) -> bool:
    """Say whether a shop has not left its platform; it may be parked."""
    with shop_scope(shop_id):
        return bool(Install.objects.filter(uninstalled_at=None).exclude(tokens="").exists())


def sign_in_shop(
    platform: str, external_id: str, exchange: Callable[[], base.Tokens], holds: Callable[[base.Tokens], bool]
) -> ShopId:
    """Return a shop whose tokens hold; where there are none, `exchange` asks for them and the shop is installed.

    Two at once ask once. Raises ConnectorError, NotConnected where the platform is not set up, and Busy.
    """
    shop_id = find_installed(platform, external_id)
    if shop_id is not None and _has_tokens(shop_id, holds):
        return shop_id
    with advisory_lock(_lock(platform, external_id), briefly=True):
        shop_id = find_installed(platform, external_id)  # somebody may have signed in while we waited
        if shop_id is not None and _has_tokens(shop_id, holds):
            return shop_id
        with _telling_operators(platform, external_id):
            at, tokens = now(), exchange()
        draft = _platform(platform).connect(external_id, tokens).read_shop()
        return install_shop(platform, external_id, tokens, draft, at)


def connection_of(shop_id: ShopId) -> base.Connection:
    """Return the connection to a shop's platform, its tokens renewed where they end within minutes.

    Raises NotConnected for a shop that left, is parked or has no platform, and ConnectorError when the platform
    cannot be asked now.
    """
    access = _access(shop_id)
    if not access.lasts:
        with advisory_lock(_lock(access.platform.name, access.external_id)):
            access = _access(shop_id)  # somebody may have renewed them while we waited
            if not access.lasts:
                access = replace(access, tokens=_renew(shop_id, access))
    return access.platform.connect(access.external_id, access.tokens)


@contextmanager
def connected(shop_id: ShopId) -> Iterator[base.Connection]:
    """Give the connection of a shop; when the platform refuses its tokens, the next who connects renews them first.

    Where tokens cannot be renewed, the platform's own word that they hold no more parks the shop. A bare 401 does not:
    it may be a firewall's.
    """
    connection = connection_of(shop_id)
    began = now()
    try:
        yield connection
    except ConnectorError as error:
        if error.status == 401:
            distrust_tokens(shop_id, began)
        if isinstance(error, ShopElsewhere):
            with shop_scope(shop_id):
                note_other_address(error.address)
        if isinstance(error, AccessEnded):
            _park_unrenewed(shop_id, began)
        raise


def distrust_tokens(shop_id: ShopId, before: datetime | None = None) -> None:
    """Have the next who connects renew a shop's tokens: they were refused, or the scopes changed.

    Tokens taken after `before` are left alone, and so are those that nobody renews.
    """
    with shop_scope(shop_id):
        row = _live_install()
        tokens = _tokens_of_before(row, before)
        if row is not None and tokens is not None and tokens.is_renewed:
            row.tokens = write_tokens(replace(tokens, expires_at=now()))
            row.save(update_fields=["tokens"])


def uninstall_shop(shop_id: ShopId, at: datetime | None) -> bool:
    """End a shop's install: its tokens are destroyed at once, its data stays until it is erased.

    Returns whether it did; an uninstall older than the running install, or a second one, changes nothing.
    """
    with shop_scope(shop_id):
        row = _live_install()
        if row is None or (at is not None and at < (row.signed_in_at or row.installed_at)):
            return False
        row.tokens, row.uninstalled_at, row.needs_sign_in_at = "", at or now(), None
        row.save(update_fields=["tokens", "uninstalled_at", "needs_sign_in_at"])
        note(None, "uninstalled", row.external_id)
        for listener in _uninstalled.values():
            listener(shop_id)
    return True


def is_uninstall_doubtful(at: datetime | None) -> bool:
    """Say whether an uninstall of a time may be of before the shop came back; run in the shop's scope.

    Only its platform knows then: it names no time, or one that clocks which differ a little cannot put in order.
    """
    row = Install.objects.filter(uninstalled_at=None).first()
    if row is None or row.signed_in_at is None:
        return False
    is_renewed = row.signed_in_at > row.installed_at + CLOCKS_DIFFER
    came_back = is_renewed or Install.objects.exclude(uninstalled_at=None).exists()
    is_near = at is None or abs(at - row.signed_in_at) < CLOCKS_DIFFER or at > now() + CLOCKS_DIFFER
    return came_back and is_near


def uninstall_refused(shop_id: ShopId, left_by: datetime) -> bool:
    """End the install of a shop of which its platform says that it left by a time, where we are let in no longer.

    We ask, and only the platform's own word counts, never a status that a firewall may have sent. A platform that does
    not take our app may say so of a living shop too, when our secret is wrong: that counts where the shop's tokens are
    from before it left, for those of a shop that lives are renewed each hour.
    Returns whether it did; raises ConnectorError when the platform cannot be asked now.
    """
    began = now()
    try:
        with connected(shop_id) as connection:
            connection.read_shop()
            return False
    except NotConnected:
        with shop_scope(shop_id):
            install = find_install()
        return install is not None and install.needs_sign_in_at is not None and uninstall_shop(shop_id, began)
    except ConnectorError as error:
        is_in_doubt = isinstance(error, AppRefused) and _tokens_are_from_after(shop_id, left_by)
        if is_in_doubt or not isinstance(error, AccessEnded | AppRefused):
            raise
        return uninstall_shop(shop_id, began)


@dataclass(frozen=True, slots=True)
class _Access:
    """By what a shop's platform is reached."""

    platform: base.Platform
    external_id: str
    tokens: base.Tokens

    @property
    def lasts(self) -> bool:
        """Whether the tokens hold for some minutes more."""
        return self.tokens.expires_at is None or self.tokens.expires_at > now() + RENEWED_BEFORE


def _access(shop_id: ShopId, new: base.Tokens | None = None) -> _Access:
    with shop_scope(shop_id):
        row = Install.objects.filter(uninstalled_at=None).first()
    if row is None or not row.tokens:
        raise NotConnected("The shop has left its platform, or has none.")
    if row.needs_sign_in_at is not None and new is None:
        raise NotConnected("Somebody must sign in on the platform again.")
    return _Access(_platform(row.platform), row.external_id, new or read_tokens(row.tokens))


def _platform(name: str) -> base.Platform:
    platform = find_platform(name)
    if platform is None:
        raise NotConnected(f"{name} is not set up.")
    return platform


def _renew(shop_id: ShopId, access: _Access) -> base.Tokens:
    """Renew and keep; when the answer is lost, what is stored stays, and is what the next try renews."""
    try:
        refusals.refuse_again(access.platform.name, access.external_id)
        with _telling_operators(access.platform.name, access.external_id):
            tokens = access.platform.renew(access.external_id, access.tokens)
    except ConnectorError as error:
        if isinstance(error, AccessEnded):
            _park(shop_id, access.tokens)
            raise NotConnected("The platform renews the shop's tokens no more.") from error
        if access.tokens.expires_at is not None and access.tokens.expires_at > now():
            return access.tokens
        raise
    with shop_scope(shop_id):
        row = _live_install()
        if row is None:
            raise NotConnected("The shop has left its platform.")
        row.tokens, row.tokens_at = write_tokens(tokens), now()
        row.save(update_fields=["tokens", "tokens_at"])
    return tokens


@contextmanager
def _telling_operators(platform: str, external_id: str) -> Iterator[None]:
    """Ask for tokens; a refusal of our app is for operators to know, until tokens come again."""
    try:
        yield
    except AppRefused as error:
        refusals.note_refusal(platform, external_id, error)
        raise
    refusals.forget_refusal(platform, external_id)


def _park(shop_id: ShopId, refused: base.Tokens) -> None:
    """Have a shop's work wait until somebody signs in again; not when somebody just did."""
    with shop_scope(shop_id):
        row = _live_install()
        if row is not None and row.needs_sign_in_at is None and row.tokens == write_tokens(refused):
            row.needs_sign_in_at = now()
            row.save(update_fields=["needs_sign_in_at"])
            for listener in _parked.values():
                listener(shop_id)


def _park_unrenewed(shop_id: ShopId, before: datetime) -> None:
    """Park a shop whose tokens of before a time hold no more and cannot be renewed."""
    with shop_scope(shop_id):
        tokens = _tokens_of_before(_live_install(), before)
        if tokens is not None and not tokens.is_renewed:
            _park(shop_id, tokens)


def _tokens_of_before(row: Install | None, before: datetime | None) -> base.Tokens | None:
    """Return the tokens of an install, None where it has none or took them after a time."""
    if row is None or not row.tokens or (before is not None and row.tokens_at is not None and row.tokens_at > before):
        return None
    return read_tokens(row.tokens)


def _held_shop(platform: str, external_id: str) -> ShopId | None:
    """Return the shop with its row held, so that neither a second install nor an erasure runs beside us."""
    shop_id = find_installed(platform, external_id)
    if shop_id is None or not Shop.objects.select_for_update(no_key=True).filter(pk=shop_id):
        return None
    return find_installed(platform, external_id)  # an erasure that we waited for has taken the key away


def _open(platform: str, external_id: str, draft: ShopDraft) -> ShopId:
    """Make the shop, or return the one that somebody else made at the same moment."""
    slug = free_slug(external_id.removesuffix(find_descriptor(platform).domain_suffix), platform)
    try:
        with transaction.atomic():
            shop_id = open_shop(slug, profile_of(draft, external_id), platform=platform, external_id=external_id)
            ShopKey.objects.create(shop_id=shop_id, kind=KeyKind.PLATFORM, value=f"{platform}:{external_id}")
            return shop_id
    except (IntegrityError, Refusal):  # its key, or its slug
        made = _held_shop(platform, external_id)
        if made is None:
            raise
        return made


def _take_tokens(platform: str, external_id: str, number: str, tokens: base.Tokens, at: datetime) -> list[ShopListener]:
    """Give the shop in scope its tokens, and an install where none is live; returns who wants to know of it."""
    row = _live_install() or Install(platform=platform, external_id=external_id)
    is_new, was_parked = row.signed_in_at is None, row.needs_sign_in_at is not None
    row.number = number or row.number
    row.tokens, row.tokens_at, row.signed_in_at, row.needs_sign_in_at = write_tokens(tokens), now(), at, None
    row.save()
    if is_new:
        note(None, "installed", external_id)
    if is_new:
        return list(_installed.values())
    return list(_signed_in.values()) if was_parked else []


def _has_tokens(shop_id: ShopId, holds: Callable[[base.Tokens], bool]) -> bool:
    try:
        return holds(_access(shop_id).tokens)
    except NotConnected:
        return False


def _tokens_are_from_after(shop_id: ShopId, at: datetime) -> bool:
    with shop_scope(shop_id):
        row = _live_install()
    return row is not None and row.tokens_at is not None and row.tokens_at > at


def _live_install() -> Install | None:
    """Return the live install of the shop in scope, held until the scope ends."""
    row: Install | None = Install.objects.select_for_update().filter(uninstalled_at=None).first()
    return row


def _lock(platform: str, external_id: str) -> str:
    return f"tokens:{platform}:{external_id}"
