"""When a shop is open: read as people write it, told by the day, and now."""

from datetime import UTC, datetime, time

import pytest

from chatbot.answers import answering
from chatbot.answers.facts.hours import read_day, save_opening_hours, write_day
from chatbot.answers.facts.opening import opening_at
from chatbot.answers.facts.types import Asked, OpeningHours
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.chatbot.answers.details import plain


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "are you open today?", "We’re closed on Sunday."),
        ("en", "are you open the day after tomorrow?", "We’re open on Tuesday from 9:00"),
        ("fr", "êtes-vous ouverts après-demain ?", "Nous sommes ouverts le mardi de 09:00"),
        ("fr", "êtes-vous ouverts demain ?", "Nous sommes ouverts le lundi de 09:00"),
    ],
)
def test_today_is_the_shops_own_day(details: ShopId, monkeypatch, language: str, text: str, expected: str):
    # Saturday, 23:30 in Greenwich, is Sunday in Paris.
    monkeypatch.setattr("chatbot.answers.facts.hours.now", lambda: datetime(2026, 11, 28, 23, 30, tzinfo=UTC))
    with shop_scope(details):
        found = answering.find_hours_fact(answering.Asked(text=text, language=language))
    assert found is not None
    assert plain(found.text).startswith(expected)
    assert "\n" not in found.text


@pytest.mark.parametrize(
    ("moment", "language", "expected"),
    [
        # Friday's evening in Paris, an hour ahead of Greenwich, and what is left of it on Saturday.
        ("2026-11-27T16:59", "en", "we’re closed now. We open on Friday at 6:00 PM."),
        ("2026-11-27T17:00", "en", "we’re open now, until 2:00 AM."),
        ("2026-11-27T22:59", "fr", "nous sommes ouverts en ce moment, jusqu’à 02:00."),
        ("2026-11-27T23:00", "fr", "nous sommes ouverts en ce moment, jusqu’à 02:00."),
        ("2026-11-28T00:59", "en", "we’re open now, until 2:00 AM."),
        ("2026-11-28T01:00", "en", "we’re closed now. We open on Saturday at 8:00 PM."),
        # Saturday goes on into Sunday, whose hours begin at midnight.
        ("2026-11-28T21:00", "en", "we’re open now, until 1:00 AM."),
        ("2026-11-28T23:30", "en", "we’re open now, until 1:00 AM."),
        ("2026-11-29T00:00", "fr", "nous sommes fermés en ce moment. Nous ouvrons le vendredi à 18:00."),
    ],
)
def test_whether_it_is_open_now_is_right_on_both_sides_of_midnight(
    shop: ShopId, monkeypatch, moment: str, language: str, expected: str
):
    evenings = ((), (), (), (), read_day("18:00-02:00"), read_day("20:00-24:00"), read_day("0:00-1:00"))
    with shop_scope(shop):
        save_opening_hours(OpeningHours(evenings))
    monkeypatch.setattr("chatbot.answers.facts.hours.now", lambda: datetime.fromisoformat(moment).replace(tzinfo=UTC))
    text = {"en": "are you open right now?", "fr": "êtes-vous ouverts en ce moment ?"}[language]
    with shop_scope(shop):
        found = answering.find_hours_fact(Asked(text=text, language=language))
    assert found is not None
    assert plain(found.text).endswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("are you open on fridays?", "We’re open on Friday from 6:00 PM to 2:00 AM."),
        ("are you open on saturdays?", "We’re open on Saturday all day."),
    ],
)
def test_hours_past_midnight_are_told_of_the_day_on_which_they_begin(shop: ShopId, text: str, expected: str):
    with shop_scope(shop):
        save_opening_hours(OpeningHours((*[()] * 4, read_day("18:00-02:00"), read_day("0-24"), ())))
        found = answering.find_hours_fact(Asked(text=text, language="en"))
    assert found is not None
    assert plain(found.text) == expected


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9-12:30", [("09:00", "12:30")]),
        ("9h30 - 12h, 14 h - 18 h 15", [("09:30", "12:00"), ("14:00", "18:15")]),
        ("9am to 5pm", [("09:00", "17:00")]),
        ("de 9:00 à 17:00", [("09:00", "17:00")]),
        ("10:00–24:00", [("10:00", "00:00")]),
        ("0:00-24:00", [("00:00", "00:00")]),
        ("18:00-02:00", [("18:00", "02:00")]),
        ("11h30-14h, 18h-2h", [("11:30", "14:00"), ("18:00", "02:00")]),
        ("6pm-2am", [("18:00", "02:00")]),
        ("fermé", []),
        ("", []),
    ],
)
def test_hours_are_read_as_people_write_them(written: str, read: list[tuple[str, str]]):
    found = read_day(written)
    assert found == tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in read)
    assert read_day(write_day(found)) == found


@pytest.mark.parametrize(
    "written",
    [
        *("morning", "9-5", "9:00-5:00", "9-12, 11-15", "25-26", "9:70-10", "13pm-14pm", "2-6pm", "9-9"),
        *("18-2, 3-5", "9-12, 18-10", "9-12, 18-9", "1-2,3-4,5-6,7-8"),
    ],
)
def test_hours_that_mean_nothing_are_refused(written: str):
    with pytest.raises(ValueError, match=".+"):
        read_day(written)


def test_a_person_is_there_past_midnight_too(shop: ShopId):
    with shop_scope(shop):
        save_opening_hours(OpeningHours((*[()] * 4, read_day("18:00-02:00"), (), ())))
        late, later = (datetime(2026, 11, 28, hour, 30, tzinfo=UTC) for hour in (0, 1))
        assert opening_at(late).is_open is True
        assert opening_at(later).is_open is False
