"""Who is told that a shop left may say why, from the mail alone, until the shop is erased or comes back."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.core.management import call_command
from django.test import Client

from shopconnect.core.clock import now
from shopconnect.core.observability import metrics
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications import notices
from shopconnect.notifications.models import Notice
from shopconnect.shops import erasure, installs, uninstall_feedback
from shopconnect.shops.models import Install, UninstallFeedback
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens
from tests.waiting import at_once


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
        return UninstallFeedback.objects.values_list("because", "saying").first()


def say(path, because="", saying="", **options):
    return Client(**options).post(path, {"because": because, "saying": saying})


def test_who_has_the_mail_may_say_why_and_change_it(departed):
    assert said(departed) is None
    assert "Optional. Your feedback" in Client().get(link()).content.decode()
    assert "Thank you" in say(link(), "costly", "A tenth would do.").content.decode()
    assert said(departed) == ("costly", "A tenth would do.")
    page = Client().get(link()).content.decode()
    assert ('value="costly" checked' in page, "A tenth would do." in page, "You sent feedback on" in page) == (
        True,
    ) * 3
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


def test_zero_bytes_and_endless_texts_are_taken_kindly(departed):
    assert say(link(), "hard\0" * 1000, "no\0thing" * 100_000).status_code == 200
    assert said(departed) == ("", ("nothing" * 100)[:500])
    assert Client().post(link()).status_code == 200
    assert said(departed) == ("", "")


def test_it_is_unreadable_in_the_database(departed):
    say(link(), "broken", "Ada was here")
    with shop_scope(departed):
        stored = UninstallFeedback.objects.extra(select={"raw": "saying"}).values_list("raw", flat=True).get()  # noqa: S610
    assert "Ada" not in stored


def test_a_page_of_another_site_says_nothing(departed):
    assert say(link(), "costly", enforce_csrf_checks=True).status_code == 403
    assert said(departed) is None


@pytest.mark.parametrize("signed", ["x", signing.dumps([1, 1], salt="another")], ids=["nonsense", "of another salt"])
def test_a_forged_link_says_nothing(departed, signed):
    for path in (f"/shops/goodbye/{signed}/", link().replace("/?", "xxxx/?")):
        for refused in (Client().get(path), say(path, "costly")):
            assert (refused.status_code, "This link is incomplete" in refused.content.decode()) == (404, True)
    assert said(departed) is None


def test_a_link_of_another_shop_reaches_no_row_of_this_one(departed, shop):
    with shop_scope(departed):
        install_id = Install.objects.get().pk
    signed = signing.dumps([shop, install_id], salt=uninstall_feedback.SALT)
    assert say(f"/shops/goodbye/{signed}/", "costly").status_code == 404
    assert said(departed) is None


def test_a_link_ends_after_thirty_days(departed, monkeypatch):
    path = link()
    late = now().timestamp() + timedelta(days=31).total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: late)
    refused = say(path, "costly")
    assert (refused.status_code, "more than 30 days old" in refused.content.decode()) == (404, True)


def test_once_the_shop_is_back_what_was_said_is_forgotten_and_the_link_ends(departed):
    path = link()
    say(path, "costly", "Ada was here")
    installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    assert said(departed) is None
    living = [say(path, "costly"), Client().get(path)]
    installs.uninstall_shop(departed, None)
    for refused in (*living, say(path, "costly"), Client().get(path)):  # that it left again is for a newer link
        assert (refused.status_code, "has been reinstalled in this shop" in refused.content.decode()) == (404, True)
    assert said(departed) is None


def test_once_the_shop_is_erased_there_is_nothing_to_say(departed):
    path = link()
    say(path, "costly", "Ada was here")
    assert erasure.erase_shop(departed) > 0
    for refused in (say(path, "costly"), Client().get(path)):
        assert (
            refused.status_code,
            "The shop and all feedback about it have since been deleted" in refused.content.decode(),
        ) == (404, True)
    assert uninstall_feedback.list_feedback() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_said_while_the_shop_comes_back_does_not_stay(departed):
    signed = link().split("/")[-2]
    verbs = [
        (uninstall_feedback.store_feedback, signed, "costly", ""),
        (installs.install_shop, NAME, SHOP, tokens(), DRAFT),
    ]
    at_once(lambda place: verbs[place][0](*verbs[place][1:]), 2)
    assert said(departed) is None


def test_one_address_says_it_ten_times_a_minute_and_others_still_may(departed):
    path = link()
    answers = [say(path, "hard", str(number)) for number in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert "requests at once" in answers[-1].content.decode()
    assert said(departed) == ("hard", "9")
    assert Client().get(path).status_code == 200
    assert say(path, "closing", REMOTE_ADDR="198.51.100.7").status_code == 200
    assert said(departed) == ("closing", "")


def test_operators_see_how_often_which_reason_was_given(departed, capsys, monkeypatch):
    counted = Counter()
    monkeypatch.setattr(metrics.tally, "add", lambda field, amount=1.0: counted.update({field: amount}))
    for because, saying in (
        ("", "Too dear"),
        ("costly", ""),
        ("costly", "A tenth would do."),
        ("x", ""),
        ("hard", "So"),
    ):
        say(link(), because, saying)
    reasons = {field: count for field, count in counted.items() if field.startswith("goodbyes")}
    assert reasons == {"goodbyes|costly": 1, "goodbyes|hard": 1}
    call_command("goodbyes")
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].split() == ["1", "hard"]
    assert ("So" in printed, "dear" in printed) == (True, False)


def test_it_is_asked_in_french_too(departed):
    page = Client().get(link().replace("?lang=en", "?lang=fr")).content.decode()
    assert "Pourquoi avez-vous désinstallé ShopConnect" in page
    assert "C’est trop cher" in page
