"""What an owner reads of a shop's health: a line for each thing, with its mend where it needs one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shopconnect.connectors.woocommerce.health import MOST_WEBHOOKS, WooHealth
from shopconnect.connectors.woocommerce.obstacles import Obstacle
from shopconnect.platforms.woocommerce.sentences import sentence_of
from shopconnect.platforms.woocommerce.types import HealthLine, HealthState
from shopconnect.sync.types import Lag, PlatformComparison
from shopconnect.ui.dates import date_format

OLDEST = (8, 9)  # what we are tried with
CLOCK_SECONDS = 60.0
GOOD, WARNING, BAD, UNKNOWN = HealthState
# What stands in the way of what: all else is about the connection itself.
_WHERE: Mapping[Obstacle, Promise] = {
    Obstacle.FIREWALL: gettext_lazy("Firewall"),
    Obstacle.NO_HTTPS: gettext_lazy("Secure address"),
    Obstacle.PLAIN_PERMALINKS: gettext_lazy("Permalinks"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFindings:
    """What is known of a shop; `health` is None until it was looked at."""

    health: WooHealth | None
    needs_sign_in: bool
    webhook_at: datetime | None
    comparison: PlatformComparison | None
    lag: Lag | None


def write_lines(found: HealthFindings) -> Iterator[HealthLine]:
    """Yield the lines in the active language, times in the active zone; what stands in the way of all comes first."""
    health = found.health
    yield _connection(found)
    for obstacle, fine in _fine().items():
        yield _way(health, obstacle, fine)
    yield from (_versions(health), _clock(health), _webhooks(health))
    yield _plugin(health)
    yield _last_webhook(found.webhook_at, found.comparison)
    yield _cron(health)
    yield _compared(found.comparison, found.lag)


def _fine() -> Mapping[Obstacle, str]:
    return {
        Obstacle.FIREWALL: _("Nothing blocks us: your shop’s answers arrive as they should."),
        Obstacle.NO_HTTPS: _("Your shop uses https."),
        Obstacle.PLAIN_PERMALINKS: _("Your permalinks work with WooCommerce connections."),
    }


def _connection(found: HealthFindings) -> HealthLine:
    title, health = _("Connection"), found.health
    if found.needs_sign_in:
        return HealthLine(title, BAD, _("Your shop no longer accepts our key. Connect it again to get a new one."))
    if health is None:
        return HealthLine(title, UNKNOWN, _("Not checked yet."))
    if health.obstacle is None:
        return HealthLine(title, GOOD, _("Your shop answers and accepts our key."))
    if health.obstacle in _WHERE:
        return HealthLine(
            title, BAD, _("We can’t read your shop at the moment. The line “Needs fixing” below says why.")
        )
    return HealthLine(title, BAD, sentence_of(health.obstacle))


def _way(health: WooHealth | None, obstacle: Obstacle, fine: str) -> HealthLine:
    title = str(_WHERE[obstacle])
    if health is not None and health.obstacle is obstacle:
        return HealthLine(title, BAD, sentence_of(obstacle))
    if health is None or health.obstacle not in (None, Obstacle.KEY_REFUSED):
        return _unknown(title, health)
    return HealthLine(title, GOOD, fine)


def _unknown(title: str, health: WooHealth | None) -> HealthLine:
    if health is None:
        return HealthLine(title, UNKNOWN, _("Not checked yet."))
    if health.obstacle is None:
        return HealthLine(title, UNKNOWN, _("Your shop doesn’t say."))
    return HealthLine(title, UNKNOWN, _("Can’t be checked until the line “Needs fixing” is sorted out."))


def _versions(health: WooHealth | None) -> HealthLine:
    title = _("Versions")
    if health is None or not health.woocommerce:
        return _unknown(title, health)
    versions = {"woocommerce": health.woocommerce, "wordpress": health.wordpress, "oldest": ".".join(map(str, OLDEST))}
    if _number(health.woocommerce) < OLDEST:
        sentence = _(
            "WooCommerce %(woocommerce)s is older than %(oldest)s, the oldest version we’ve tested. In WordPress, "
            "open Dashboard > Updates and update it."
        )
        return HealthLine(title, WARNING, sentence % versions)
    return HealthLine(title, GOOD, _("WooCommerce %(woocommerce)s on WordPress %(wordpress)s.") % versions)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())


def _clock(health: WooHealth | None) -> HealthLine:
    title = _("Clock")
    if health is None or health.seconds_ahead is None:
        return _unknown(title, health)
    seconds = health.seconds_ahead
    if abs(seconds) < CLOCK_SECONDS:
        return HealthLine(title, GOOD, _("Your server’s clock is right."))
    minutes = round(abs(seconds) / 60)
    sentence = (
        ngettext(
            "Your server’s clock is %(minutes)s minute fast.",
            "Your server’s clock is %(minutes)s minutes fast.",
            minutes,
        )
        if seconds > 0
        else ngettext(
            "Your server’s clock is %(minutes)s minute slow.",
            "Your server’s clock is %(minutes)s minutes slow.",
            minutes,
        )
    ) % {"minutes": minutes}
    mend = _("Orders and changes get the wrong time: ask your host to synchronise the clock.")
    return HealthLine(title, WARNING, f"{sentence} {mend}")


def _webhooks(health: WooHealth | None) -> HealthLine:
    title = _("Change notifications")
    if health is None or health.webhooks is None:
        return _unknown(title, health)
    if health.webhooks == MOST_WEBHOOKS:
        return HealthLine(title, GOOD, _("All %(most)s are on.") % {"most": MOST_WEBHOOKS})
    sentence = _(
        "%(alive)s of %(most)s are on; we’re turning the others back on. If they go off again, ask your host to allow "
        "outgoing requests to %(host)s."
    )
    host = urlsplit(settings.SITE_URL).hostname
    return HealthLine(title, WARNING, sentence % {"alive": health.webhooks, "most": MOST_WEBHOOKS, "host": host})


def _plugin(health: WooHealth | None) -> HealthLine:
    title = _("Plugin")
    if health is None or health.plugin is None:
        return _unknown(title, health)
    if health.plugin:
        sentence = _("ShopConnect %(version)s is active in WordPress.")
        return HealthLine(title, GOOD, sentence % {"version": health.plugin})
    sentence = _(
        "ShopConnect’s plugin isn’t active in WordPress: your pages show no suggestions, and deletions are only "
        "noticed at night. Download it under “Install the plugin in WordPress”."
    )
    return HealthLine(title, WARNING, sentence)


def _last_webhook(at: datetime | None, comparison: PlatformComparison | None) -> HealthLine:
    title = _("Last change notification")
    missed = comparison.repaired_at if comparison else None
    if missed is not None and (at is None or at < missed):
        sentence = _(
            "On %(at)s, we found changes that your shop hadn’t announced. Its scheduled tasks are probably late: ask "
            "your host to run wp-cron.php every minute."
        )
        return HealthLine(title, WARNING, sentence % {"at": _shown(missed)})
    if at is None:
        return HealthLine(
            title, UNKNOWN, _("None received yet. The first one comes with the next change in your shop.")
        )
    return HealthLine(title, GOOD, _("Received on %(at)s.") % {"at": _shown(at)})


def _cron(health: WooHealth | None) -> HealthLine:
    title = _("Scheduled tasks")
    if health is None or health.runs_cron is None:
        return _unknown(title, health)
    if health.runs_cron:
        sentence = _("WP-Cron is on and runs when somebody visits your shop. We can’t see whether it runs on time.")
        return HealthLine(title, GOOD, sentence)
    sentence = _(
        "WP-Cron is off, and we can’t see whether your host runs wp-cron.php instead. Ask your host to run it every "
        "minute."
    )
    return HealthLine(title, WARNING, sentence)


def _compared(comparison: PlatformComparison | None, lag: Lag | None) -> HealthLine:
    title = _("Last comparison")
    if lag is not None:
        sentence = _(
            "Not compared with your shop since %(at)s. Once it works again, what’s missing is imported automatically."
        )
        return HealthLine(title, BAD, sentence % {"at": _shown(lag.since)})
    if comparison is None:
        return HealthLine(title, UNKNOWN, _("The first one follows the import of your shop."))
    if not comparison.repaired:
        return HealthLine(title, GOOD, _("On %(at)s. Nothing was missing.") % {"at": _shown(comparison.at)})
    sentence = ngettext(
        "On %(at)s. %(count)s missing change was imported.",
        "On %(at)s. %(count)s missing changes were imported.",
        comparison.repaired,
    )
    return HealthLine(title, GOOD, sentence % {"at": _shown(comparison.at), "count": comparison.repaired})


def _shown(at: datetime) -> str:
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")
