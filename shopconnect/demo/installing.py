"""The demo shop on a platform: a merchant opens our app in the admin there, and the shop comes in by itself."""

from collections.abc import Callable
from pathlib import Path

from recommender.products.selectors import latest_training
from shopconnect.connectors.files.reading import BadLine, FolderFile, find_file
from shopconnect.core.progress import Progress, Reached, wait_while_moving
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.platforms.registry import find_demo_install
from shopconnect.shops.installs import find_installed
from shopconnect.sync.registry import listeners, registered_files
from shopconnect.sync.selectors import list_backfills
from shopconnect.sync.types import BackfillSummary

STILL_SECONDS = 600.0  # a machine may be slow: only what stands still for so long is given up


def install_demo(platform: str, slug: str, folder: Path, coming: Progress, learning: Progress | None = None) -> ShopId:
    """Install us on the shop of a slug, wait until all of it is in and learnt from, and give it the folder's FAQ.

    `coming` and `learning` get what is at hand and a percentage, again and again.
    Raises RuntimeError when the admin, our app or the first sync does not do its part.
    """
    shop_id = _installed(platform, slug)
    _wait(lambda: _coming_in(shop_id, coming), "The shop does not come in")
    _bring_answers(shop_id, folder)
    coming("in", 100)
    _wait(lambda: _learning(shop_id, learning or coming), "Nothing is learnt")
    return shop_id


def _installed(platform: str, slug: str) -> ShopId:
    install = find_demo_install(platform)
    if install is None:
        raise RuntimeError(f"The demo knows no shop on {platform or 'a platform without a name'}.")
    shop_id = find_installed(platform, install(slug))
    if shop_id is None:
        raise RuntimeError("The platform opened our app, and no shop came of it.")
    return shop_id


def _coming_in(shop_id: ShopId, progress: Progress) -> Reached:
    with shop_scope(shop_id):
        backfills = list_backfills()
    under_way = ", ".join(f"{backfill.resource}s" for backfill in backfills if backfill.is_under_way)
    shares = [_share(backfill) for backfill in backfills]
    progress(under_way, min(99, int(100 * sum(shares) / max(len(shares), 1))))
    return Reached(bool(backfills) and not under_way, [(one.state, one.moved_at) for one in backfills])


def _share(backfill: BackfillSummary) -> float:
    """Return which share of a resource is in; none while the platform still lists how much there is."""
    if not backfill.is_under_way:
        return 1.0
    return min(backfill.count / backfill.total, 1.0) if backfill.total else 0.0


def _learning(shop_id: ShopId, progress: Progress) -> Reached:
    with shop_scope(shop_id):
        training = latest_training()
    if training is None:
        return Reached(is_done=False)
    progress(training.step, training.percent)
    return Reached(training.finished_at is not None, (training.step, training.percent))


def _bring_answers(shop_id: ShopId, folder: Path) -> None:
    """Store what no platform holds: the files of higher rooms, the FAQ among them."""
    for file in registered_files():
        path = find_file(folder, file.name)
        if path is not None:
            drafts = [entry[1] for entry in FolderFile(path, file.read) if not isinstance(entry, BadLine)]
            with shop_scope(shop_id):
                file.store(drafts)
    with shop_scope(shop_id):
        for listener in listeners():
            listener(shop_id)


def _wait(look: Callable[[], Reached], otherwise: str) -> None:
    if not wait_while_moving(look, STILL_SECONDS):
        raise RuntimeError(f"{otherwise}: nothing has moved for {STILL_SECONDS:.0f} s.")
