"""A shop that is only opened in its platform's admin gives an address; nothing comes there before it is confirmed."""

import re
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.test import Client

from shopconnect.accounts.types import Role
from shopconnect.core.clock import now
from shopconnect.core.security.crypto import person_key
from shopconnect.core.security.personal_data import Person, registered
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications import addresses, notices
from shopconnect.notifications.models import Notice, NoticeAddress
from shopconnect.notifications.selectors import has_reach
from tests.shopconnect.shops.conftest import make_member, signed_in
from tests.waiting import at_once

ADA, BEN, CAT = "ada@example.com", "ben@example.com", "cat@example.com"
SHOPS_OWN = Person(person_key=person_key("ada@example.com"))


@pytest.fixture
def staff(shop):
    """An owner who comes through the platform's admin."""
    return make_member(shop, Role.OWNER, "42@first.myshopify.com.shopify.invalid")


@pytest.fixture(autouse=True)
def site(settings):
    """Where links lead."""
    settings.SITE_URL = "https://our.example"


def ask(client, email=ADA):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses.transaction, "on_commit", lambda then: then())  # the test's own is never over
        return client.post("/shops/notices/address/", {"email": email}, follow=True).content.decode()


def link(number=-1):
    return re.search(r"https://our\.example(/shops/notices/confirm/\S+)", mail.outbox[number].body)[1]


def confirmed(client):
    ask(client)
    assert Client().post(link()).status_code == 200
    mail.outbox.clear()


def tell(shop, kind="sign_in_again"):
    """Tell the owners something, and send what is to be sent."""
    with shop_scope(shop):
        notices.tell_owners(kind, {})
        waiting = list(Notice.objects.filter(mailed_at=None).values_list("pk", flat=True))
    for pk in waiting:
        notices.mail_notice(shop, pk)


def addresses_of(shop):
    """Where the shop is written to, and what waits."""
    return tuple(one and one.email for one in addresses.find_addresses(shop))


def test_nothing_but_the_link_comes_before_it_is_confirmed(shop, staff):
    page = ask(signed_in(staff))
    assert "We emailed ada@example.com" in page
    assert [(one.to, "First" in one.subject) for one in mail.outbox] == [([ADA], True)]
    tell(shop)
    assert len(mail.outbox) == 1
    assert Client().get(link()).status_code == 200  # a mail program looks at links
    assert addresses_of(shop) == (None, ADA)


def test_once_it_is_what_owners_are_told_comes_there_and_can_be_stopped(shop, staff):
    confirmed(signed_in(staff))
    tell(shop)
    (sent,) = mail.outbox
    assert (sent.to, "has lost access to your shop’s platform" in sent.body) == ([ADA], True)
    stop = re.search(r"https?://[^/]+(/\S+)>", sent.extra_headers["List-Unsubscribe"])[1]
    assert Client(enforce_csrf_checks=True).post(stop).status_code == 200
    tell(shop)
    tell(shop, "privacy_file_ready")
    assert len(mail.outbox) == 2


def test_it_speaks_the_language_in_which_it_was_given(shop, staff):
    french = signed_in(staff, headers={"accept-language": "fr"})
    ask(french)
    assert mail.outbox[0].subject == "Confirmez votre adresse pour les notifications de First"
    Client().post(link())
    tell(shop)
    assert "n’a plus accès à" in mail.outbox[-1].body


def test_the_confirmed_address_stays_in_force_until_a_new_one_is_confirmed(shop, staff):
    client = signed_in(staff)
    confirmed(client)
    page = ask(client, BEN)
    assert ("are sent to ada@example.com" in page, "ben@example.com is waiting for confirmation" in page) == (
        True,
        True,
    )
    bens = link()
    tell(shop)
    assert [one.to for one in mail.outbox] == [[BEN], [ADA]]
    page = Client().post(bens).content.decode()
    assert ("Thank you" in page, addresses_of(shop)) == (True, (BEN, None))
    tell(shop, "privacy_file_ready")
    assert [one.to for one in mail.outbox[2:]] == [[BEN]]


def test_of_two_that_wait_the_later_counts_and_the_link_of_the_earlier_ends(shop, staff):
    client = signed_in(staff)
    confirmed(client)
    ask(client, BEN)
    bens = link()
    ask(client, CAT)
    assert Client().get(bens).status_code == Client().post(bens).status_code == 404
    assert addresses_of(shop) == (ADA, CAT)
    assert Client().post(link()).status_code == 200
    assert addresses_of(shop) == (CAT, None)


def test_a_link_followed_again_changes_nothing_and_one_of_the_address_before_holds_no_more(shop, staff):
    client = signed_in(staff)
    ask(client)
    adas = link()
    for page in (Client().post(adas), Client().post(adas), Client().get(adas)):
        assert (page.status_code, "Thank you" in page.content.decode()) == (200, True)
    ask(client, BEN)
    assert Client().post(adas).status_code == 200
    assert addresses_of(shop) == (ADA, BEN)  # who is written to already says nothing of the other
    Client().post(link())
    assert (Client().post(adas).status_code, addresses_of(shop)) == (404, (BEN, None))


def test_a_link_that_is_too_old_leaves_the_address_before_in_force(shop, staff, monkeypatch):
    client = signed_in(staff)
    confirmed(client)
    ask(client, BEN)
    late = now().timestamp() + timedelta(days=8).total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: late)
    assert (Client().post(link()).status_code, addresses_of(shop)) == (404, (ADA, BEN))
    with shop_scope(shop):
        NoticeAddress.objects.update(asked_at=now() - timedelta(days=8))
    addresses.forget_unconfirmed_everywhere()
    assert addresses_of(shop) == (ADA, None)


def test_what_waits_is_cancelled_without_the_other_and_the_other_without_it(shop, staff):
    client = signed_in(staff)
    confirmed(client)
    ask(client, BEN)
    client.post("/shops/notices/address/cancel/")
    assert (Client().post(link()).status_code, addresses_of(shop)) == (404, (ADA, None))
    assert "cancelled an email address before it was confirmed" in client.get("/shops/members/").content.decode()
    ask(client, BEN)
    client.post("/shops/notices/address/forget/")
    assert addresses_of(shop) == (None, BEN)


def test_the_address_in_force_is_not_asked_for_again(shop, staff):
    client = signed_in(staff)
    confirmed(client)
    assert "already go to this address" in ask(client, " ADA@example.com")
    assert (mail.outbox, addresses_of(shop)) == ([], (ADA, None))


def test_what_the_reader_before_stopped_comes_to_the_next(shop, staff):
    client = signed_in(staff)
    confirmed(client)
    notices.choose_mail(shop, notices.THE_SHOP, "sign_in_again", by_mail=False)
    ask(client, BEN)
    Client().post(link())
    tell(shop)
    assert mail.outbox[-1].to == [BEN]
    assert "has lost access to your shop’s platform" in mail.outbox[-1].body


@pytest.mark.django_db(transaction=True)
def test_wishes_and_confirmations_at_once_leave_one_of_each(shop, staff):
    wishes = at_once(lambda place: addresses.ask_address(shop, staff.pk, [BEN, CAT][place], "en"), 2)
    waiting = addresses_of(shop)[1]
    assert (wishes, len(mail.outbox), addresses_of(shop)) == ([None, None], 2, (None, waiting))
    signed = next(link(number) for number in (0, 1) if mail.outbox[number].to == [waiting]).split("/")[-2]
    assert at_once(lambda place: addresses.confirm_address(signed), 3) == [None, None, None]
    assert addresses_of(shop) == (waiting, None)
    wishes = at_once(lambda place: addresses.ask_address(shop, staff.pk, ADA, "en"), 2)
    assert (wishes, addresses_of(shop)) == ([None, None], (waiting, ADA))


@pytest.mark.parametrize("broken", ["x", "WzEsImEiXQ:1abc:signed"])
def test_a_forged_link_confirms_nothing(shop, staff, broken):
    ask(signed_in(staff))
    for path in (f"/shops/notices/confirm/{broken}/", link().replace("/?", "xxxx/?")):
        assert Client().post(path).status_code == 404
    assert addresses_of(shop) == (None, ADA)


def test_what_is_forgotten_is_written_to_no_more(shop, staff):
    client = signed_in(staff)
    confirmed(client)
    client.post("/shops/notices/address/forget/")
    tell(shop)
    assert (addresses_of(shop), mail.outbox) == ((None, None), [])
    assert "removed the email address for notifications" in client.get("/shops/members/").content.decode()


def test_no_more_than_some_addresses_a_day_get_a_link(staff):
    client = signed_in(staff)
    for number in range(addresses.MOST_A_DAY + 2):
        ask(client, f"stranger-{number}@example.com")
    assert len(mail.outbox) == addresses.MOST_A_DAY


def test_what_is_no_address_is_kept_nowhere(shop, staff):
    assert "isn’t a valid email address" in ask(signed_in(staff), "ada")
    assert (addresses_of(shop), mail.outbox) == ((None, None), [])


def test_only_owners_say_where_to_write(shop, support):
    client = signed_in(support)
    for path in ("", "cancel/", "forget/"):
        assert client.post(f"/shops/notices/address/{path}", {"email": ADA}).status_code == 403
    assert addresses_of(shop) == (None, None)


def test_a_shop_is_reached_by_an_owners_mail_or_by_an_address_that_is_confirmed(shop, staff):
    def is_reached():
        with shop_scope(shop):
            return has_reach(shop)

    ask(signed_in(staff))
    assert not is_reached()
    Client().post(link())
    assert is_reached()
    addresses.forget_address(shop, staff.pk)
    make_member(shop, Role.OWNER, "real@example.com")
    assert is_reached()


def test_an_address_is_given_out_and_erased_as_its_person_asks_and_forgotten_in_time(shop, staff):
    entry = registered()["notifications.noticeaddress"]
    ask(signed_in(staff))
    with shop_scope(shop):
        assert [row["email"] for row in entry.export(SHOPS_OWN)] == [ADA]
        assert (list(entry.export(Person())), entry.erase(Person()), entry.erase(SHOPS_OWN)) == ([], 0, 1)
    ask(signed_in(staff))
    addresses.forget_unconfirmed_everywhere()
    assert addresses_of(shop) == (None, ADA)
    with shop_scope(shop):
        NoticeAddress.objects.update(asked_at=now() - timedelta(days=8))
    addresses.forget_unconfirmed_everywhere()
    assert addresses_of(shop) == (None, None)


def test_a_page_speaks_as_the_mail_that_led_there_unless_its_reader_chose(shop, staff):
    ask(signed_in(staff, headers={"accept-language": "fr"}))
    path, said, over = link(), "Recevoir les notifications", "Ce lien ne fonctionne plus"
    english = {"accept-language": "en"}
    page = Client(headers=english).get(path)
    assert (said in page.content.decode(), page["Content-Language"]) == (True, "fr")
    assert over in Client(headers=english).get(path.replace("/?", "x/?")).content.decode()
    chose = Client(headers={"accept-language": "fr"})
    chose.cookies["shopconnect_language"] = "en"
    assert "Receive notifications by email?" in chose.get(path).content.decode()
    for unknown in ("", "?lang=", "?lang=de", "?lang=fr-FR"):
        assert said not in Client(headers=english).get(path.split("?")[0] + unknown).content.decode()
    assert "Merci" in Client(headers=english).post(path).content.decode()
