"""Strangers lock nobody out, learn of no account and send nobody astray; power over a shop asks who one is again."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from shopconnect.accounts.models import ApiToken, Membership, SignIn
from shopconnect.accounts.sign_in import sessions
from shopconnect.accounts.types import Role, SignInWay
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.models import AuditEntry, ShopProfile
from shopconnect.ui.dates import date_format
from tests.shopconnect.shops.conftest import PASSWORD, make_member, make_person, signed_in

OF_A_MEMBER = ("accounts:change", "accounts:remove", "accounts:hand_over")
EMAIL, OWN, STRANGERS = "person@example.com", "198.51.100.7", "203.0.113.{}"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) "


def sign_in(client: Client, password: str = PASSWORD, *, network: str = OWN, email: str = EMAIL):
    sent = {"login": email, "password": password}
    return client.post("/accounts/login/", sent, REMOTE_ADDR=network)


def is_in(client: Client) -> bool:
    return client.get("/shops/account/").status_code == 200


def test_wrong_passwords_of_one_network_lock_nobody_out_elsewhere(db):
    make_person(EMAIL)
    for _ in range(6):
        answer = sign_in(Client(), "wrong", network=STRANGERS.format(1))
    assert "Too many failed" in answer.content.decode()
    assert "Too many failed" in sign_in(Client(), network=STRANGERS.format(1)).content.decode()
    assert sign_in(Client()).status_code == 302


def test_a_browser_that_is_known_is_let_in_where_strangers_failed(db):
    make_person(EMAIL)
    known = Client()
    sign_in(known)
    known.post("/accounts/logout/")
    for _ in range(6):
        sign_in(Client(), "wrong")
    assert sign_in(Client()).status_code == 200
    assert sign_in(known).status_code == 302


@pytest.fixture
def besieged(db):
    """An address at which a hundred sign-ins failed within an hour, from many networks; and a browser known before."""
    make_person(EMAIL)
    known = Client()
    sign_in(known)
    known.post("/accounts/logout/")
    for number in range(100):
        sign_in(Client(), "wrong", network=STRANGERS.format(number))
    return known


def test_after_a_hundred_failures_from_anywhere_an_unknown_browser_goes_by_the_mailbox(besieged):
    client = Client()
    assert "we’ll email you a link that lets you back in" in sign_in(client).content.decode()
    assert sign_in(besieged).status_code == 302
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": EMAIL})
    link = re.search(r"https?://[^/]+(/accounts/\S+)", mail.outbox[-1].body).group(1)
    new = "another long enough one"
    client.post(client.get(link)["Location"], {"password1": new, "password2": new})
    assert sign_in(client, new).status_code == 302


def test_a_cookie_of_somebody_elses_making_makes_no_browser_known(besieged):
    client = Client()
    client.cookies["shopconnect_browser"] = besieged.cookies["shopconnect_browser"].value[:-1] + "_"
    assert sign_in(client).status_code == 200


def test_signing_up_hashes_a_password_whether_or_not_there_is_an_account(db, monkeypatch):
    make_person(EMAIL)
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, *given: hashed.append(1) or encode(self, *given))
    counts = []
    for email in (EMAIL, "new@example.com"):
        hashed.clear()
        Client().post("/accounts/signup/", {"email": email, "password1": PASSWORD, "password2": PASSWORD})
        counts.append(len(hashed))
    assert counts == [1, 1]
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
@pytest.mark.parametrize("page", ["password/reset", "signup"])
def test_links_in_e_mails_lead_to_our_site_whatever_host_was_asked(db, page, email):
    make_person(EMAIL)
    sent = {"email": email, "password1": PASSWORD, "password2": PASSWORD}
    Client().post(f"/accounts/{page}/", sent, HTTP_HOST="evil.example")
    (message,) = mail.outbox
    assert f"{settings.SITE_URL}/accounts/" in message.body
    assert "evil.example" not in message.body


@pytest.mark.parametrize("page", ["/accounts/password/reset/", "/accounts/signup/"])
@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_strangers_of_many_networks_bury_no_mailbox_and_learn_nothing(db, page, email):
    make_person(EMAIL)
    answers = []
    for number in range(12):
        typed, network = (email, email.upper())[number % 2], STRANGERS.format(number // 4)
        sent = {"email": typed, "password1": PASSWORD, "password2": PASSWORD}
        answers.append(Client().post(page, sent, REMOTE_ADDR=network))
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, answers[0]["Location"])}
    assert 1 <= len([one for one in mail.outbox if one.to[0].lower() == email]) <= 5
    assert len({one.subject for one in mail.outbox}) <= 2


def test_what_strangers_asked_for_shuts_nobody_out(db):
    make_person(EMAIL)
    for number in range(8):
        Client().post("/accounts/password/reset/", {"email": EMAIL}, REMOTE_ADDR=STRANGERS.format(number))
        Client().post("/accounts/signup/", {"email": EMAIL, "password1": PASSWORD, "password2": PASSWORD})
    kinds = [one.subject for one in mail.outbox]
    assert [kinds.count(kind) for kind in dict.fromkeys(kinds)] == [5, 1]
    client, link = Client(), re.search(r"https?://[^/]+(/accounts/\S+)", mail.outbox[0].body)
    form = client.get(link.group(1))["Location"]
    client.post(form, {"password1": "another long enough one", "password2": "another long enough one"})
    assert sign_in(Client(), "another long enough one").status_code == 302
    assert len(mail.outbox) == len(kinds) + 1  # that the password is another one is told whatever came before


def test_a_sign_in_in_a_new_browser_is_told_by_e_mail(db):
    make_person(EMAIL, language="fr")
    first, second = Client(), Client(headers={"user-agent": "A new one"})
    sign_in(first)
    assert mail.outbox == []
    first.post("/accounts/logout/")
    sign_in(first)
    assert mail.outbox == []
    sign_in(second)
    assert [message.subject for message in mail.outbox] == ["Nouvelle connexion à votre compte"]
    assert "A new one" in mail.outbox[0].body


def test_a_browser_of_before_devices_were_noted_is_not_a_new_one(db):
    person = make_person(EMAIL)
    SignIn.objects.create(user=person, at=now(), succeeded=True, way=SignInWay.PASSWORD)
    sign_in(Client())
    assert mail.outbox == []
    sign_in(Client())
    assert len(mail.outbox) == 1


def test_the_latest_sign_ins_say_from_which_address_and_browser(db):
    make_person(EMAIL)
    client = Client(headers={"user-agent": f"{WINDOWS}AppleWebKit/537.36 Chrome/140.0 Safari/537.36"})
    sign_in(client, "wrong", network=STRANGERS.format(1))
    sign_in(client)
    page = client.get("/shops/account/").text
    assert page.count("Chrome, Windows") == 2
    assert OWN in page
    assert STRANGERS.format(1) in page


def test_sessions_stand_in_the_time_zone_of_the_shop(shop):
    make_member(shop, Role.OWNER, EMAIL)
    with shop_scope(shop):
        ShopProfile.objects.update(timezone="Pacific/Kiritimati")
    client = Client()
    sign_in(client)
    client.get("/shops/account/")
    since = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    UserSession.objects.update(created_at=since)
    page = client.get("/accounts/sessions/").text
    assert "Times are in the Pacific/Kiritimati time zone." in page
    assert date_format(since.astimezone(ZoneInfo("Pacific/Kiritimati")), "SHORT_DATETIME_FORMAT") in page


def test_no_page_of_who_is_signed_in_is_stored(shop):
    make_member(shop, Role.OWNER, EMAIL)
    client = Client()
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for path in ("/", "/shops/account/", "/shops/members/", "/accounts/sessions/", "/accounts/2fa/", "/nowhere"):
        assert "no-store" in client.get(path)["Cache-Control"], path
        assert "private" in client.get(path)["Cache-Control"], path
    assert "Cache-Control" not in Client().get("/nowhere")


def test_a_session_that_nobody_used_for_hours_ends(db, monkeypatch):
    make_person(EMAIL)
    client = Client()
    sign_in(client)
    assert is_in(client)
    moment = datetime.now(UTC)
    monkeypatch.setattr(sessions, "now", lambda: moment + timedelta(hours=11))
    assert is_in(client)
    monkeypatch.setattr(sessions, "now", lambda: moment + timedelta(hours=22))
    assert is_in(client)
    monkeypatch.setattr(sessions, "now", lambda: moment + timedelta(hours=35))
    assert not is_in(client)


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("accounts:make_token", {"name": "Reports", "days": "30", "scopes": ["read:faq"], "once": "x"}),
        ("accounts:invite", {"email": "new@example.com", "role": "owner"}),
        ("accounts:change", {"role": "owner"}),
        ("accounts:remove", {}),
        ("accounts:hand_over", {}),
        ("sync:export", {}),
    ],
)
def test_what_gives_power_over_a_shop_asks_for_the_password_again(shop, name, sent):
    make_member(shop, Role.OWNER, EMAIL)
    other = make_member(shop, Role.SUPPORT)
    client = Client()
    sign_in(client)
    before = state(shop)
    path = reverse(name, args=[other.pk] if name in OF_A_MEMBER else [])
    asked = client.post(path, sent)
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert state(shop) == before
    assert client.post(asked["Location"], {"password": "wrong"}).status_code == 200
    assert state(shop) == before
    assert client.post(asked["Location"], {"password": PASSWORD}).status_code == 302
    assert state(shop) != before


def state(shop) -> tuple[object, ...]:
    with shop_scope(shop):
        tokens = list(ApiToken.objects.values_list("name", flat=True))
        done = list(AuditEntry.objects.values_list("action", flat=True))
    return tokens, done, sorted(Membership.objects.values_list("user_id", "role"))


def test_what_is_written_down_says_from_where_it_was_done(shop):
    make_member(shop, Role.OWNER, EMAIL)
    client = Client(headers={"user-agent": "My browser"})
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/shops/members/invite/", {"email": "new@example.com", "role": "support"}, REMOTE_ADDR=OWN)
    assert f'{OWN} · <span title="My browser">Unknown browser</span>' in client.get("/shops/members/").content.decode()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (WINDOWS + "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36", "Chrome, Windows"),
        (WINDOWS + "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        (IPHONE + "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        (IPHONE + "AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1", "Chrome, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox, Linux"),
        ("My browser/1.0 (it says what it likes)", "Unknown browser"),
    ],
)
def test_browsers_are_called_as_people_call_them(db, user_agent, name):
    make_person(EMAIL)
    client = Client(headers={"user-agent": user_agent})
    sign_in(client)
    assert f'<span title="{user_agent}">{name}</span>' in client.get("/accounts/sessions/").content.decode()


def with_second_step(person) -> None:
    TOTP.activate(person, generate_totp_secret())


def test_an_owner_requires_a_second_step_of_everybody(shop, other_shop):
    owner, support = make_member(shop, Role.OWNER), make_member(shop, Role.SUPPORT)
    elsewhere = make_member(other_shop, Role.SUPPORT, "elsewhere@example.com")
    with_second_step(owner)
    assert signed_in(owner).post("/shops/members/second-step/", {"is_needed": "1"}).status_code == 302
    refused = signed_in(support).get("/conversations/")
    assert refused.status_code == 403
    assert "This shop requires two-step verification." in refused.content.decode()
    assert signed_in(support).get("/accounts/2fa/").status_code == 200
    assert signed_in(elsewhere).get("/conversations/").status_code == 200
    assert signed_in(owner).get("/shops/members/").status_code == 200
    with_second_step(support)
    assert signed_in(support).get("/conversations/").status_code == 200


def test_an_owner_without_a_second_step_does_not_shut_herself_out(shop):
    owner = signed_in(make_member(shop, Role.OWNER))
    assert "turn it on for yourself first" in owner.get("/shops/members/").content.decode()
    refused = owner.post("/shops/members/second-step/", {"is_needed": "1"}, follow=True)
    assert "Turn on two-step verification for yourself first" in refused.content.decode()
    assert refused.status_code == 200
    assert owner.get("/shops/members/").status_code == 200


def test_the_second_step_is_each_members_choice_again(shop):
    owner, support = make_member(shop, Role.OWNER), make_member(shop, Role.SUPPORT)
    with_second_step(owner)
    client = signed_in(owner)
    client.post("/shops/members/second-step/", {"is_needed": "1"})
    client.post("/shops/members/second-step/", {})
    assert signed_in(support).get("/conversations/").status_code == 200
    page = client.get("/shops/members/").content.decode()
    assert "made two-step verification mandatory for everyone" in page
    assert "made two-step verification optional" in page


def test_only_owners_say_who_needs_a_second_step(shop):
    support = make_member(shop, Role.SUPPORT)
    assert signed_in(support).post("/shops/members/second-step/", {"is_needed": "1"}).status_code == 403
    assert signed_in(support).get("/conversations/").status_code == 200
