"""What allauth may say on the pages that we serve is said in our words, in both languages."""

from importlib import resources
from pathlib import Path

import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.template.loader import get_template
from django.test import Client
from django.utils import translation

from shopconnect.accounts.sign_in.adapter import QUIET, AccountAdapter
from shopconnect.accounts.sign_in.mfa import MFAAdapter
from tests.servers import ROOT
from tests.shopconnect.shops.conftest import PASSWORD, make_person
from tests.walls.test_texts import french

# We ask for no user names, no phones and no codes by mail or text.
NOT_ASKED = ("phone", "username", "login_code")
ROOMS = ("account", "mfa", "usersessions")
PAGES = (
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
)
ENTRANCES = ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/")


def messages() -> list[str]:
    """Every message that allauth may show after something was done."""
    templates = Path(str(resources.files("allauth") / "templates"))
    found = [file for room in ROOMS for file in (templates / room / "messages").glob("*.txt")]
    names = [str(file.relative_to(templates)) for file in found]
    return sorted(name for name in names if name not in QUIET and not any(one in name for one in NOT_ASKED))


def refusals() -> list[tuple[str, object, object]]:
    """Every reason that allauth may give, by name, in its words and in those that are shown."""
    pairs = ((DefaultAccountAdapter, AccountAdapter), (DefaultMFAAdapter, MFAAdapter))
    return [
        (name, theirs, ours.error_messages[name])
        for default, ours in pairs
        for name, theirs in default.error_messages.items()
        if not any(one in name for one in NOT_ASKED)
    ]


def test_each_message_is_a_template_of_ours():
    assert len(messages()) > 10
    ours, found = ROOT / "templates", {name: Path(get_template(name).origin.name) for name in messages()}
    assert [name for name, file in found.items() if not file.is_relative_to(ours)] == []


@pytest.mark.parametrize("name", messages())
def test_a_message_is_one_sentence_that_names_the_address(name):
    said = {}
    for language in ("en", "fr"):
        with translation.override(language):
            said[language] = get_template(name).render({"email": "ada@example.com"}).strip()
    assert said["en"] != said["fr"]
    assert all(text.endswith(".") for text in said.values())


def test_each_refusal_is_in_our_words():
    assert len(refusals()) > 15
    with translation.override("en"):
        theirs = [name for name, said, ours in refusals() if str(ours) == str(said) or str(ours) not in french()]
    assert theirs == []


def labels_on(client: Client, pages) -> set[str]:
    found = set()
    for path in pages:
        answer = client.get(path, headers={"accept-language": "en"})
        assert answer.status_code == 200, path
        form = answer.context["form"]
        for field in form.fields.values():
            assert "placeholder" not in field.widget.attrs, path
            if not field.widget.is_hidden:
                found.add(str(field.label))
    return found


def test_fields_are_called_what_we_call_them(db):
    person = make_person("ada@example.com")
    client = Client()
    found = labels_on(client, ENTRANCES)
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    found |= labels_on(client, ["/accounts/reauthenticate/"])
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    found |= labels_on(client, PAGES)
    assert "Keep me signed in" in found
    assert sorted(label for label in found if label not in french()) == []


def test_two_passwords_that_differ_are_told_in_our_words(db):
    answer = Client().post(
        "/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD, "password2": f"{PASSWORD}!"}
    )
    assert answer.context["form"].errors == {"password2": ["The two passwords are different."]}


@pytest.mark.parametrize("page", ["/accounts/confirm-email/", "/accounts/password/reset/done/"])
@pytest.mark.parametrize(("language", "words"), [("en", "No mail server is set up"), ("fr", "Aucun serveur de mess")])
def test_where_no_mail_is_sent_the_page_says_where_it_lies(db, settings, page, language, words):
    client = Client(headers={"accept-language": language})
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    shown = client.get(page).content.decode()
    assert words in shown
    assert ".shopconnect/log/web.log" in shown
    settings.PRODUCTION = True
    assert words not in client.get(page).content.decode()
    settings.PRODUCTION, settings.EMAIL_BACKEND = False, "django.core.mail.backends.smtp.EmailBackend"
    assert words not in client.get(page).content.decode()
