"""Dates as a native writes them, wherever they are written."""

import re
from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from shopconnect.ui.dates import date_format
from tests.servers import ROOT

SHORT = "janv. févr. mars avril mai juin juil. août sept. oct. nov. déc."


def test_the_first_of_a_month_is_premier_in_french():
    at = datetime(2026, 12, 1, 15, 48, tzinfo=UTC)
    with translation.override("fr"):
        assert date_format(at, "DATETIME_FORMAT") == "1er décembre 2026 à 15:48"
        assert date_format(at, "SHORT_DATE_FORMAT") == "1er déc. 2026"
        assert date_format(date(2026, 12, 11)) == "11 décembre 2026"
    with translation.override("en"):
        assert date_format(at, "DATETIME_FORMAT") == "1 December 2026, 15:48"


def test_short_months_are_those_of_french_typography():
    with translation.override("fr"):
        days = [date_format(date(2026, month, 2), "SHORT_DATE_FORMAT") for month in range(1, 13)]
    assert days == [f"2 {name} 2026" for name in SHORT.split()]


@pytest.mark.parametrize(
    ("value", "pattern", "written"),
    [
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), "DATETIME_FORMAT", "1er décembre 2026 à 00:30"),
        (date(2026, 12, 1), "Y-m-d", "2026-12-01"),
        (None, "DATE_FORMAT", ""),
    ],
)
def test_templates_write_dates_alike(value, pattern, written):
    template = Template(f'{{{{ value|date:"{pattern}" }}}}')
    with translation.override("fr"), timezone.override("Europe/Paris"):
        assert template.render(Context({"value": value})) == written


def test_no_room_writes_dates_by_itself():
    by_django = re.compile(r"django\.utils\.formats import .*\bdate_format|formats\.date_format\(")
    rooms = [path for name in ("shopconnect", "recommender", "chatbot") for path in (ROOT / name).rglob("*.py")]
    assert [path for path in rooms if by_django.search(path.read_text(encoding="utf-8"))] == []
