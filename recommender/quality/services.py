"""Verbs of the quality room: lights are read, and it is noted since when each has its colour."""

from recommender.quality.models import CapabilityState
from recommender.quality.types import Capability
from shopconnect.core.clock import known_timezone, now
from shopconnect.core.jobs.spread import place_in
from shopconnect.core.jobs.work import add_due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.selectors import all_shops, shop_profile
from shopconnect.ui.lights import LightColour, light_sources

WORK_KIND, NO_SUBJECT, NIGHT_HOURS = "note_lights", 0, 6
URGENCY = list(reversed(LightColour))  # red first


def capabilities_of(shop_id: ShopId) -> tuple[list[Capability], str]:
    """Return the shop's capabilities, the reddest first and those that nobody can mend last, and its time zone."""
    lights = [(source, source.read(shop_id)) for source in light_sources()]
    with shop_scope(shop_id):
        known = {row.name: row for row in CapabilityState.objects.all()}
        zone = known_timezone(shop_profile().timezone)
    found = []
    for source, light in lights:
        row = known.get(source.name)
        since = row.since if row is not None and row.colour == light.colour else None
        found.append(Capability(name=source.name, title=str(source.title), light=light, since=since))
    return sorted(found, key=lambda one: (one.is_beyond_mending, URGENCY.index(one.colour))), zone


def note_lights(shop_id: ShopId) -> None:
    """Write down the colours of a shop's lights where they changed; a second run finds nothing to write."""
    colours = {source.name: source.read(shop_id).colour for source in light_sources()}
    with shop_scope(shop_id):
        known = {row.name: row for row in CapabilityState.objects.select_for_update()}
        for name, colour in colours.items():
            row = known.get(name, CapabilityState(name=name))
            if row.colour != colour:
                row.colour, row.since = colour, now()
                row.save()


def follow_load(shop_id: ShopId) -> None:
    """Have the lights noted after a load that changed something; run in the shop's scope."""
    add_due(WORK_KIND, NO_SUBJECT)


def ask_notes_of(hour: int) -> int:
    """Ask for the nightly note of the shops whose hour (UTC) it is; returns how many."""
    shops = [shop_id for shop_id in all_shops() if place_in(shop_id, NIGHT_HOURS) == hour]
    for shop_id in shops:
        with shop_scope(shop_id):
            add_due(WORK_KIND, NO_SUBJECT)
    return len(shops)
