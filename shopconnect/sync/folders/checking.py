"""A folder looked through and not brought in: what would come of it."""

from typing import Any

from shopconnect.catalog.services import UNKNOWN_PRODUCT
from shopconnect.connectors.types import EventDraft, OrderDraft, OrderKind, PriceDraft, ShopDraft, StockDraft
from shopconnect.core.clock import now
from shopconnect.orders.selectors import MOST_AHEAD
from shopconnect.sync.folders.loading import (
    DraftBatch,
    LoadProgress,
    Reader,
    note_future,
    note_unmatched,
    note_unmatched_events,
)
from shopconnect.sync.folders.runs import Findings
from shopconnect.sync.folders.sources import FolderContents, KnownShop, Source


def check_contents(
    contents: FolderContents, known: KnownShop, shop: ShopDraft, findings: Findings, progress: LoadProgress
) -> None:
    """Read every file of a folder to its end as files of a shop, and store nothing."""
    context = known.context(shop.currency, shop.timezone or "UTC")
    unmatched, future, events = [0, 0], 0, 0
    for file in contents.kinds:
        reader = Reader(context, findings, known, progress)
        for source in contents.of(file):
            for batch in reader.batches(source):
                findings.line_counts[file].new += len(batch.drafts)
                _complain_of_strangers(source, batch, known, findings)
                future += sum(map(_is_in_future, batch.drafts))
                events += sum(_is_of_stranger(draft, known) for draft in batch.drafts)
                for count in (_count_unmatched(draft, known) for draft in batch.drafts):
                    unmatched = [unmatched[0] + count, unmatched[1] + bool(count)]
    note_unmatched(findings, *unmatched)
    note_future(findings, future)
    note_unmatched_events(findings, events)


def _complain_of_strangers(source: Source, batch: DraftBatch, known: KnownShop, findings: Findings) -> None:
    for draft, number in zip(batch.drafts, batch.numbers, strict=True):
        if isinstance(draft, PriceDraft | StockDraft) and (draft.product, draft.variant) not in known.index.items:
            findings.complain(source.name, number, UNKNOWN_PRODUCT, {})
            findings.line_counts[source.file.name].bad += 1
            findings.line_counts[source.file.name].new -= 1


def _is_in_future(draft: Any) -> bool:
    return isinstance(draft, OrderDraft) and draft.placed_at >= now() + MOST_AHEAD


def _is_of_stranger(draft: Any, known: KnownShop) -> bool:
    return isinstance(draft, EventDraft) and bool(draft.product) and (draft.product, "") not in known.index.items


def _count_unmatched(draft: Any, known: KnownShop) -> int:
    if not isinstance(draft, OrderDraft) or draft.kind is OrderKind.REFUND or draft.is_test:
        return 0
    return sum((line.product, "") not in known.index.items for line in draft.lines)
