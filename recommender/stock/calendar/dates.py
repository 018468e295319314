"""When national days, sales, Black Friday and Mother's Day are in a country."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import holidays

from recommender.stock.types import CalendarDay, EventKind

DAYS = 7
THURSDAY, FRIDAY, SUNDAY, WEDNESDAY = 3, 4, 6, 2
SALES_DAYS = 28  # of the French sales, winter and summer
MAY, JUNE, MARCH = 5, 6, 3


def usual_events(country: str, year: int) -> list[CalendarDay]:
    """Return what a year's calendar usually has in a country, beside national days, by kind."""
    found = [_of(EventKind.BLACK_FRIDAY, _black_friday(year), 4)]  # to the Monday after it
    if country == "FR":
        found += [
            # Code de commerce, D310-15-2: the second Wednesday of January (the first if that is past the 12th), the
            # last of June (the one before if that is past the 28th).
            _of(EventKind.WINTER_SALES, _winter_sales(year), SALES_DAYS),
            _of(EventKind.SUMMER_SALES, _summer_sales(year), SALES_DAYS),
        ]
    mothers_day = _mothers_day(country, year)
    if mothers_day is not None:
        found.append(CalendarDay(EventKind.MOTHERS_DAY, "", mothers_day - timedelta(days=DAYS - 1), mothers_day))
    return found


def national_days(country: str, years: Iterable[int], language: str = "") -> list[tuple[date, str]]:
    """Return a country's national days, named in a language where the library knows it; none of an unknown country."""
    if country not in holidays.list_supported_countries(include_aliases=False):
        return []
    speaks = holidays.list_localized_countries(include_aliases=False).get(country, [])
    chosen = next((one for one in speaks if one.split("_")[0] == language), None)
    found = holidays.country_holidays(country, years=list(years), language=chosen)
    names = ((day, name.replace("'", "’")) for day, name in found.items())
    # The library's English is American; the holiday has that spelling only at home.
    return sorted((day, name if country == "US" else name.replace("Labor Day", "Labour Day")) for day, name in names)


def calendar_of(
    countries: Sequence[str], first: date, last: date, own: Sequence[CalendarDay], language: str = ""
) -> list[CalendarDay]:
    """Return the events of some years in a shop's first country; its own take the place of usual ones of their year."""
    country = countries[0].upper() if countries else ""
    years = range(first.year, last.year + 1)
    replaced = {(one.kind, one.first.year) for one in own}
    usual = [one for year in years for one in usual_events(country, year) if (one.kind, one.first.year) not in replaced]
    days = [
        CalendarDay(EventKind.NATIONAL_DAY, name, day, day) for day, name in national_days(country, years, language)
    ]
    return sorted((one for one in (*usual, *own, *days) if one.first <= last and one.last >= first), key=_order)


def _of(kind: EventKind, first: date, days: int) -> CalendarDay:
    return CalendarDay(kind, "", first, first + timedelta(days=days - 1))


def _order(one: CalendarDay) -> tuple[date, str, str]:
    return one.first, one.kind.value, one.name


def _weekday(year: int, month: int, weekday: int, place: int) -> date:
    """Return the first (0), second ... such weekday of a month, or the last (-1)."""
    if place < 0:
        after = date(year + month // 12, month % 12 + 1, 1)
        return after - timedelta(days=(after.weekday() - weekday - 1) % DAYS + 1)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % DAYS + DAYS * place)


def _black_friday(year: int) -> date:
    return _weekday(year, 11, THURSDAY, 3) + timedelta(days=1)


def _winter_sales(year: int) -> date:
    second = _weekday(year, 1, WEDNESDAY, 1)
    return second if second.day <= 12 else second - timedelta(days=DAYS)  # noqa: PLR2004 - the decree's


def _summer_sales(year: int) -> date:
    last = _weekday(year, JUNE, WEDNESDAY, -1)
    return last if last.day <= 28 else last - timedelta(days=DAYS)  # noqa: PLR2004 - the decree's


def _mothers_day(country: str, year: int) -> date | None:
    """In France the last Sunday of May, the first of June where that is Pentecost; elsewhere as is usual there."""
    easter = _easter(year)
    if country == "FR":
        last = _weekday(year, MAY, SUNDAY, -1)
        return last + timedelta(days=DAYS) if last == easter + timedelta(days=49) else last
    if country in ("GB", "IE"):
        return easter - timedelta(days=21)
    if country in ("BE", "CH", "DE", "AT", "IT", "NL", "US", "CA"):
        return _weekday(year, MAY, SUNDAY, 1)
    if country in ("ES", "PT"):
        return _weekday(year, MAY, SUNDAY, 0)
    return None


def _easter(year: int) -> date:
    """Return Easter Sunday by the calendar of the West (Butcher, 1876)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    moon = epact + sunday - 7 * ((golden + 11 * epact + 22 * sunday) // 451) + 114
    return date(year, moon // 31, moon % 31 + 1)
