"""The metrics in Prometheus's words: what all processes counted, what waits, and which parts are up."""

from collections.abc import Iterator, Mapping

from django.db import DatabaseError, InterfaceError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from shopconnect.core.cache.redis import RedisError
from shopconnect.core.jobs.work import count_due, oldest_due_seconds
from shopconnect.core.observability.health import UP, find_parts
from shopconnect.core.observability.metrics import BUCKETS, summed, tally

CONTENT_TYPE = CONTENT_TYPE_LATEST
_COUNTERS = {
    "requests": ("shopconnect_requests", "Requests answered.", ["view", "method", "status"]),
    "hooks": ("shopconnect_hooks", "Hooks of platforms by what became of them.", ["platform", "outcome"]),
    "lost_events": ("shopconnect_lost_events", "Shoppers' events that were lost, by why.", ["why"]),
    "goodbyes": ("shopconnect_goodbyes", "Shops that left, by the reason that they gave.", ["reason"]),
    "csp_reports": ("shopconnect_csp_reports", "What browsers refused to load for a page.", ["directive"]),
    "work": ("shopconnect_work", "Background work by how it ended: done, failed, parked.", ["kind", "outcome"]),
}
_HISTOGRAMS = {
    "request_seconds": ("shopconnect_request_seconds", "Time to answer.", ["view"]),
    "work_seconds": ("shopconnect_work_seconds", "Time a piece of background work took.", ["kind"]),
}
_LABELS = [f"{edge:g}" for edge in BUCKETS] + ["+Inf"]


def written() -> bytes:
    """Return the whole page; a part that is away is told as such, and its figures are left out."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector())
    return generate_latest(registry)


class _Collector:
    """What Prometheus's library asks; made anew for each page."""

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        tally.hand_over()
        yield _parts()
        try:
            sums = summed()
        except (RedisError, OSError):
            sums = {}
        yield from _counters(sums)
        yield from _histograms(sums)
        try:
            yield from _due()
        except (DatabaseError, InterfaceError):
            return


def _parts() -> Metric:
    up = GaugeMetricFamily("shopconnect_part_up", "Whether a part is up, as /readyz says.", labels=["part"])
    for name, part in find_parts().items():
        up.add_metric([name], float(part.state == UP))
    return up


def _counters(sums: Mapping[str, float]) -> Iterator[Metric]:
    for key, (name, about, labels) in _COUNTERS.items():
        family = CounterMetricFamily(name, about, labels=labels)
        for field, amount in sorted(sums.items()):
            metric, *values = field.split("|")
            if metric == key and len(values) == len(labels):
                family.add_metric(values, amount)
        yield family


def _histograms(sums: Mapping[str, float]) -> Iterator[Metric]:
    for key, (name, about, labels) in _HISTOGRAMS.items():
        family = HistogramMetricFamily(name, about, labels=labels)
        for label in sorted({field.split("|")[1] for field in sums if field.startswith(f"{key}|")}):
            # Prometheus wants each bucket to hold all below it as well; ours hold what fell into them alone.
            total, buckets = 0.0, []
            for edge in _LABELS:
                total += sums.get(f"{key}|{label}|{edge}", 0.0)
                buckets.append((edge, total))
            family.add_metric([label], buckets, sums.get(f"{key}|{label}|sum", 0.0))
        yield family


def _due() -> Iterator[Metric]:
    counts = count_due()
    due = GaugeMetricFamily(
        "shopconnect_due",
        "Background work by kind that waits, or failed too often and is parked.",
        labels=["kind", "state"],
    )
    for state, kinds in counts.items():
        for kind, number in kinds.items():
            due.add_metric([kind, state], number)
    yield due
    yield GaugeMetricFamily(
        "shopconnect_due_oldest_seconds",
        "How long the oldest work that could be done has waited.",
        value=oldest_due_seconds(),
    )
