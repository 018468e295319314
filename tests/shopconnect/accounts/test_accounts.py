"""Accounts: signing up, in and out, the second step, sessions, and what is written down."""

import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client

from shopconnect.accounts.models import SignIn, User
from tests.shopconnect.shops.conftest import PASSWORD, make_person, signed_in


def sign_in(client: Client, email: str = "person@example.com", password: str = PASSWORD, **more: str):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def noted() -> list[tuple[str | None, bool, str]]:
    return list(SignIn.objects.order_by("id").values_list("user__email", "succeeded", "way"))


def link_in(text: str) -> str:
    return re.search(r"https?://[^/]+(/accounts/\S+)", text).group(1)


def test_an_address_is_confirmed_before_its_account_opens(db):
    client = Client(headers={"accept-language": "fr"})
    answer = client.post(
        "/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/confirm-email/")
    (sent,) = mail.outbox
    assert sent.subject == "Confirmez votre adresse"
    assert User.objects.get().language == "fr"
    assert sign_in(Client(), "new@example.com")["Location"] == "/accounts/confirm-email/"
    link = link_in(sent.body)
    assert Client().get(link).status_code == 200
    assert sign_in(Client(), "new@example.com")["Location"] == "/accounts/confirm-email/"  # looking confirms nothing
    assert Client().post(link).status_code == 302
    assert sign_in(Client(), "new@example.com")["Location"] == "/"


def test_who_confirms_in_the_browser_that_signed_up_is_in(db):
    client, other = Client(), Client()
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD})
    link = link_in(mail.outbox[0].body)
    assert client.post(link)["Location"] == "/"
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert other.post(link).status_code in (302, 404, 409)
    assert "_auth_user_id" not in other.session


def test_who_confirms_in_another_browser_signs_in_there(db):
    client, other = Client(), Client()
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD})
    assert other.post(link_in(mail.outbox[0].body))["Location"] == "/accounts/login/"
    assert not {"_auth_user_id"} & (set(other.session.keys()) | set(client.session.keys()))


def test_signing_up_with_a_known_address_tells_only_its_owner(db):
    make_person("person@example.com")
    answer = Client().post(
        "/accounts/signup/", {"email": "person@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer["Location"] == "/accounts/confirm-email/"
    assert mail.outbox[0].subject == "You already have an account"
    assert User.objects.count() == 1


def test_each_sign_in_is_written_down_and_shown(db):
    make_person("person@example.com")
    client = Client()
    sign_in(client, password="wrong")
    sign_in(client, "nobody@example.com")
    assert sign_in(client).status_code == 302
    assert noted() == [
        ("person@example.com", False, "password"),
        (None, False, "password"),
        ("person@example.com", True, "password"),
    ]
    page = client.get("/shops/account/").content.decode()
    assert page.count("signed in</span>") == 1
    assert page.count("refused</span>") == 1


def test_guessing_passwords_is_slowed_down(db):
    make_person("person@example.com")
    client = Client()
    for _ in range(5):
        sign_in(client, password="wrong")
    assert sign_in(client).status_code == 200
    assert "Too many failed" in sign_in(client).content.decode()


def test_signing_in_leads_on_to_our_own_pages_only(db):
    make_person("person@example.com")
    assert sign_in(Client(), next="/shops/notices/")["Location"] == "/shops/notices/"
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        assert sign_in(Client(), next=elsewhere)["Location"] == "/"


def test_a_language_is_kept_and_leads_on_to_our_own_pages_only(db):
    person = make_person("person@example.com")
    client = signed_in(person)
    answer = client.post("/language/", {"language": "fr", "next": "/shops/account/"})
    assert (answer["Location"], client.cookies["shopconnect_language"].value) == ("/shops/account/", "fr")
    assert 'lang="fr"' in client.get("/shops/account/").content.decode()
    person.refresh_from_db()
    assert person.language == "fr"
    for elsewhere in ("https://evil.example/", "//evil.example/"):
        answer = client.post("/language/", {"language": "en", "next": elsewhere})
        assert "evil" not in answer.headers.get("Location", "")
    client.post("/language/", {"language": "xx", "next": "/"})
    assert client.cookies["shopconnect_language"].value in ("en", "fr")


def test_a_person_goes_on_in_their_language_on_another_device(db):
    make_person("person@example.com", language="fr")
    client = Client(headers={"accept-language": "en"})
    sign_in(client)
    assert client.cookies["shopconnect_language"].value == "fr"


def test_a_password_is_reset_by_a_link_that_works_once(db):
    make_person("person@example.com", language="fr")
    Client().post("/accounts/password/reset/", {"email": "person@example.com"})
    assert mail.outbox[0].subject == "Choisissez un nouveau mot de passe"
    client, link = Client(), link_in(mail.outbox[0].body)
    form = client.get(link)["Location"]
    client.post(form, {"password1": "another long enough one", "password2": "another long enough one"})
    assert sign_in(Client(), password="another long enough one").status_code == 302
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_a_reset_for_an_unknown_address_looks_the_same(db):
    make_person("person@example.com")
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}, follow=True).content
        for email in ("person@example.com", "nobody@example.com")
    ]
    strip = re.compile(rb'value="[A-Za-z0-9]{64}"')
    assert strip.sub(b"", answers[0]) == strip.sub(b"", answers[1])


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_the_second_step_is_turned_on_asked_for_and_its_secret_is_unreadable(db, settings):
    person = make_person("person@example.com")
    client = Client()
    sign_in(client)
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'<span class="code break">(\w+)</span>', page).group(1)
    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    totp = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert secret not in str(totp.data)
    codes = re.findall(r"<li>(\w+)</li>", client.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(codes) == 10
    second = Client()
    assert sign_in(second)["Location"].startswith("/accounts/2fa/authenticate/")
    assert second.get("/shops/account/").status_code == 302
    assert second.post("/accounts/2fa/authenticate/", {"code": "123456"}).status_code == 200
    assert second.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 302
    assert second.get("/shops/account/").status_code == 200
    assert noted()[-2:] == [("person@example.com", False, "code"), ("person@example.com", True, "code")]
    third = Client()
    sign_in(third)
    assert third.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200  # a code works once
    assert isinstance(totp.wrap(), TOTP)


def test_other_sessions_are_listed_and_ended(db):
    make_person("person@example.com")
    here, there = Client(headers={"user-agent": "Here"}), Client(headers={"user-agent": "There"})
    sign_in(here)
    sign_in(there)
    there.get("/shops/account/")
    page = here.get("/accounts/sessions/").content.decode()
    assert ("Here" in page, "There" in page) == (True, True)
    here.post("/accounts/sessions/")
    assert here.get("/shops/account/").status_code == 200
    assert there.get("/shops/account/").status_code == 302


def test_a_person_without_a_shop_is_told_what_to_do(db):
    answer = signed_in(make_person("person@example.com")).get("/")
    assert answer.status_code == 200
    assert "You don’t have access to a shop yet. Choose how to start." in answer.content.decode()


def test_a_closed_account_signs_in_no_more(db):
    person = make_person("person@example.com")
    client = signed_in(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/shops/account/").status_code == 302
    assert sign_in(Client()).status_code in (200, 302)
    assert [row for row in noted() if row[1]] == []
