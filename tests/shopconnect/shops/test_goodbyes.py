"""Who is told that a shop left may say why, from the mail alone, until the shop is erased or comes back."""

import re
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.test import Client

from shopconnect.core.clock import now
from shopconnect.core.tenancy import shop_scope
from shopconnect.shops import erasure, goodbyes, installs, notices
from shopconnect.shops.models import Install, Notice
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens

TOO_LATE = "there is nothing left to say here"


@pytest.fixture
def departed(db):
    """A shop that left, and whose owner has the mail that says so."""
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    make_member(shop_id, "owner", "ada@example.com")
    installs.uninstall_shop(shop_id, None)
    with shop_scope(shop_id):
        waiting = list(Notice.objects.filter(kind="removed").values_list("pk", flat=True))
    for pk in waiting:
        notices.mail_notice(shop_id, pk)
    return shop_id


def link():
    return re.search(r"/shops/goodbye/\S+", mail.outbox[-1].body)[0]


def said(shop_id):
    with shop_scope(shop_id):
        return Install.objects.values_list("left_because", "left_saying").get()


def say(path, because="", saying="", **options):
    return Client(**options).post(path, {"because": because, "saying": saying})


def test_who_has_the_mail_may_say_why_and_change_it(departed):
    assert said(departed) == ("", "")
    assert Client().get(link()).status_code == 200
    assert "Thank you" in say(link(), "costly", "A tenth would do.").content.decode()
    assert said(departed) == ("costly", "A tenth would do.")
    page = Client().get(link()).content.decode()
    assert ('value="costly" checked' in page, "A tenth would do." in page) == (True, True)
    say(link(), "closing")
    assert said(departed) == ("closing", "")


def test_nobody_must_say_anything_and_what_is_no_reason_is_none(departed):
    assert say(link()).status_code == 200
    assert say(link(), "because").status_code == 200
    assert said(departed) == ("", "")


def test_five_hundred_characters_are_kept_a_lines_end_being_one(departed):
    say(link(), "hard", "a\r\n" * 250 + "b")
    assert said(departed)[1] == "a\n" * 250
    say(link(), "hard", "é" * 501)
    assert said(departed)[1] == "é" * 500


def test_it_is_unreadable_in_the_database(departed):
    say(link(), "broken", "Ada was here")
    with shop_scope(departed):
        stored = Install.objects.extra(select={"raw": "left_saying"}).values_list("raw", flat=True).get()  # noqa: S610
    assert "Ada" not in stored


def test_a_page_of_another_site_says_nothing(departed):
    assert say(link(), "costly", enforce_csrf_checks=True).status_code == 403
    assert said(departed) == ("", "")


@pytest.mark.parametrize("signed", ["x", signing.dumps([1, 1], salt="another")])
def test_a_forged_link_says_nothing(departed, signed):
    for path in (f"/shops/goodbye/{signed}/", link().replace("/?", "xxxx/?")):
        assert (Client().get(path).status_code, say(path, "costly").status_code) == (404, 404)
    assert said(departed) == ("", "")


def test_a_link_of_another_shop_reaches_no_row_of_this_one(departed, shop):
    with shop_scope(departed):
        install_id = Install.objects.get().pk
    signed = signing.dumps([shop, install_id], salt=goodbyes.SALT)
    assert say(f"/shops/goodbye/{signed}/", "costly").status_code == 404
    assert said(departed) == ("", "")


def test_a_link_ends_after_thirty_days(departed, monkeypatch):
    path = link()
    late = now().timestamp() + timedelta(days=31).total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: late)
    assert say(path, "costly").status_code == 404


def test_once_the_shop_is_erased_or_back_there_is_nothing_to_say(departed):
    path = link()
    installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    answer = say(path, "costly")
    back = Client().get(path)
    installs.uninstall_shop(departed, None)
    assert erasure.erase_shop(departed) > 0
    for refused in (answer, back, say(path, "costly"), Client().get(path)):
        assert (refused.status_code, TOO_LATE in refused.content.decode()) == (404, True)


def test_it_is_asked_in_french_too(departed):
    page = Client().get(link().replace("?lang=en", "?lang=fr")).content.decode()
    assert "Pourquoi avez-vous désinstallé ShopConnect" in page
    assert "C’est trop cher" in page
