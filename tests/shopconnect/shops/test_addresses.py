"""A shop that is only opened in its platform's admin gives an address; nothing comes there before it is confirmed."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from shopconnect.core.clock import now
from shopconnect.core.crypto import person_key
from shopconnect.core.personal import Person, registered
from shopconnect.core.tenancy import shop_scope
from shopconnect.shops import addresses, notices
from shopconnect.shops.models import Notice, NoticeAddress
from shopconnect.shops.retention import forget_what_is_over
from shopconnect.shops.selectors import has_reach
from shopconnect.shops.types import NoticeKind, Role
from tests.shopconnect.shops.conftest import make_member, signed_in

ADA, SHOPS_OWN = "ada@example.com", Person(person_key=person_key("ada@example.com"))


@pytest.fixture
def staff(shop):
    """An owner who comes through the platform's admin."""
    return make_member(shop, Role.OWNER, "42@first.myshopify.com.invalid")


@pytest.fixture(autouse=True)
def site(settings):
    """Where links lead."""
    settings.SITE_URL = "https://our.example"


def ask(client, email=ADA):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(addresses.transaction, "on_commit", lambda then: then())  # the test's own is never over
        return client.post("/shops/notices/address/", {"email": email}, follow=True).content.decode()


def link():
    return re.search(r"https://our\.example(/shops/notices/confirm/\S+)", mail.outbox[-1].body)[1]


def confirmed(client):
    ask(client)
    assert Client().post(link()).status_code == 200
    mail.outbox.clear()


def tell(shop, kind=NoticeKind.SIGN_IN_AGAIN):
    """Tell the owners something, and send what is to be sent."""
    with shop_scope(shop):
        notices.tell_owners(kind, {})
        waiting = list(Notice.objects.filter(mailed_at=None).values_list("pk", flat=True))
    for pk in waiting:
        notices.mail_notice(shop, pk)


def address_of(shop):
    return addresses.find_address(shop)


def test_nothing_but_the_link_comes_before_it_is_confirmed(shop, staff):
    page = ask(signed_in(staff))
    assert "We wrote to ada@example.com" in page
    assert [(one.to, "First" in one.subject) for one in mail.outbox] == [([ADA], True)]
    tell(shop)
    assert len(mail.outbox) == 1
    assert Client().get(link()).status_code == 200  # a mail program looks at links
    assert address_of(shop).confirmed_at is None


def test_once_it_is_what_owners_are_told_comes_there_and_can_be_stopped(shop, staff):
    confirmed(signed_in(staff))
    tell(shop)
    (sent,) = mail.outbox
    assert (sent.to, "no longer lets us in" in sent.body) == ([ADA], True)
    stop = re.search(r"https?://[^/]+(/\S+)>", sent.extra_headers["List-Unsubscribe"])[1]
    assert Client(enforce_csrf_checks=True).post(stop).status_code == 200
    tell(shop)
    tell(shop, NoticeKind.PRIVACY_FILE_READY)
    assert len(mail.outbox) == 2


def test_it_speaks_the_language_in_which_it_was_given(shop, staff):
    french = signed_in(staff, headers={"accept-language": "fr"})
    ask(french)
    assert mail.outbox[0].subject == "Pouvons-nous vous écrire au sujet de First\u00a0?"
    Client().post(link())
    tell(shop)
    assert "ne nous laisse plus entrer" in mail.outbox[-1].body


def test_another_address_takes_the_place_of_the_first_whose_link_ends(shop, staff):
    client = signed_in(staff)
    ask(client)
    first = link()
    ask(client, "ben@example.com")
    assert Client().post(first).status_code == 404
    assert Client().post(link()).status_code == 200
    assert (address_of(shop).email, address_of(shop).confirmed_at is None) == ("ben@example.com", False)


@pytest.mark.parametrize("broken", ["x", "WzEsImEiXQ:1abc:signed"])
def test_a_forged_link_confirms_nothing(shop, staff, broken):
    ask(signed_in(staff))
    for path in (f"/shops/notices/confirm/{broken}/", f"{link()[:-5]}xxxx/"):
        assert Client().post(path).status_code == 404
    assert address_of(shop).confirmed_at is None


def test_what_is_forgotten_is_written_to_no_more(shop, staff):
    client = signed_in(staff)
    confirmed(client)
    client.post("/shops/notices/address/forget/")
    tell(shop)
    assert (address_of(shop), mail.outbox) == (None, [])
    assert "had the e-mail address for notices forgotten" in client.get("/shops/members/").content.decode()


def test_no_more_than_some_addresses_a_day_get_a_link(staff):
    client = signed_in(staff)
    for number in range(addresses.MOST_A_DAY + 2):
        ask(client, f"stranger-{number}@example.com")
    assert len(mail.outbox) == addresses.MOST_A_DAY


def test_what_is_no_address_is_kept_nowhere(shop, staff):
    assert "is no e-mail address" in ask(signed_in(staff), "ada")
    assert (address_of(shop), mail.outbox) == (None, [])


def test_only_owners_say_where_to_write(shop, support):
    client = signed_in(support)
    for path in ("/shops/notices/address/", "/shops/notices/address/forget/"):
        assert client.post(path, {"email": ADA}).status_code == 403
    assert address_of(shop) is None


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
    entry = registered()["shops.noticeaddress"]
    ask(signed_in(staff))
    with shop_scope(shop):
        assert [row["email"] for row in entry.export(SHOPS_OWN)] == [ADA]
        assert (list(entry.export(Person())), entry.erase(Person()), entry.erase(SHOPS_OWN)) == ([], 0, 1)
    ask(signed_in(staff))
    forget_what_is_over()
    assert address_of(shop) is not None
    with shop_scope(shop):
        NoticeAddress.objects.update(asked_at=now() - timedelta(days=8))
    forget_what_is_over()
    assert address_of(shop) is None
