"""Every path of the site names who may pass it, and those that everybody may pass are listed here."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shopconnect.core.web.guards import GUARDS, MEMBER, OPERATOR, PUBLIC, SHOPPER, TOKEN
from tests.shopconnect.shops.conftest import signed_in

# Guarded by allauth itself: signing in is where one comes without being signed in.
OF_ALLAUTH = ("allauth.",)
OPEN_TO_ALL = {
    "healthz",
    "readyz",
    "csp_reports",
    "security_txt",
    "rest:schema",
    "rest:docs",
    "rest:docs_with_slash",
    "rest:nothing",
    "ui:language",
    "accounts:accept",
    "notifications:stop",
    "notifications:confirm_address",
    "console:reply_page",
    "shops:uninstall_feedback",
    "widgets:asset",
    "widgets:loader",
    "shopify:token",
    "shopify:deeper",
    "shopify:join",
    "woocommerce:connect",
}
DEMO_ONLY = {"demo:choose_part"}


def patterns(resolver: Any = None, before: str = "", space: str = "") -> Iterator[tuple[str, str, Any]]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from patterns(entry, before + str(entry.pattern), inner)
        elif isinstance(entry, URLPattern):
            yield before + str(entry.pattern), f"{space}{entry.name}", entry.callback


def is_allauths(view: Any) -> bool:
    return getattr(view, "__module__", "").startswith(OF_ALLAUTH)


EVERY = list(patterns())
OURS = [pattern for pattern in EVERY if not is_allauths(pattern[2])]


def test_there_are_paths_to_look_at():
    assert len(OURS) > 20


def test_every_path_has_a_name():
    assert [path for path, name, _ in OURS if name.endswith("None")] == []


def test_every_path_names_its_guard():
    assert {path: name for path, name, view in OURS if getattr(view, "guard", None) not in GUARDS} == {}


def test_what_is_open_to_all_is_listed_here():
    opened = {name for _, name, view in OURS if getattr(view, "guard", None) == PUBLIC}
    opened = {name for name in opened if not name.startswith("storefront:")}  # the invented shop's own pages
    assert opened - OPEN_TO_ALL - DEMO_ONLY == set()
    assert OPEN_TO_ALL - opened == set()


def filled(path: str) -> str:
    """Write something into the places of a path."""
    for kind, value in {"int": "1", "str": "x1", "slug": "x1"}.items():
        path = re.sub(rf"<{kind}:\w+>", value, path)
    return f"/{path}"


CLOSED = (MEMBER, OPERATOR, TOKEN)
GUARDED = [(path, name, view.guard) for path, name, view in OURS if getattr(view, "guard", PUBLIC) in CLOSED]


@pytest.mark.parametrize(("path", "name", "guard"), GUARDED, ids=[name for _, name, _ in GUARDED])
def test_a_stranger_does_not_pass(path, name, guard, db, settings):
    settings.METRICS_TOKEN = "secret"
    settings.DEMO = False  # the first page of the demo asks strangers who they want to be
    client = Client()
    answers = [client.get(filled(path)), client.post(filled(path))]
    for answer in answers:
        if guard == TOKEN:
            assert answer.status_code in (401, 405), name
        else:
            is_front_page = "dashboard/front.html" in [template.name for template in answer.templates]
            sent_to_sign_in = answer.status_code == 302 and "/accounts/login/" in answer["Location"]
            assert is_front_page or sent_to_sign_in or answer.status_code in (403, 404, 405), name
    assert any(answer.status_code != 405 for answer in answers), name


OF_PEOPLE = [
    (path, name) for path, name, view in EVERY if is_allauths(view) or getattr(view, "guard", "") in (MEMBER, OPERATOR)
]


@pytest.fixture
def member(owner: Any) -> Client:
    """A browser of who may see every page, with a second step and codes to recover it."""
    TOTP.activate(owner, generate_totp_secret())
    RecoveryCodes.activate(owner)
    owner.is_staff = True
    owner.save()
    return signed_in(owner)


@pytest.mark.parametrize(("path", "name"), OF_PEOPLE, ids=[name for _, name in OF_PEOPLE])
def test_nothing_that_somebody_signed_in_sees_is_stored(path, name, member):
    answer = member.get(filled(path))
    kept = set(answer["Cache-Control"].replace(" ", "").split(","))
    assert {"private", "no-store"} <= kept


def test_codes_that_recover_an_account_are_shown_and_stored_nowhere(member):
    for name in ("mfa_view_recovery_codes", "mfa_download_recovery_codes"):
        path = next(path for path, found in OF_PEOPLE if found == name)
        answer = member.get(filled(path))
        assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)


def test_whoever_reloads_the_address_of_a_form_finds_its_page(member):
    led_back = {}
    for path, name, view in OURS:
        is_page = view.guard in (PUBLIC, MEMBER, OPERATOR)
        if is_page and member.get(filled(path)).status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            answer = member.get(filled(path), headers={"accept": "text/html"}, follow=True)
            led_back[name] = (answer.status_code, filled(path).startswith(answer.request["PATH_INFO"]))
    assert set(led_back) >= {"products:variety", "sync:load_upload"}
    assert {name: found for name, found in led_back.items() if found != (200, True)} == {}


def test_shoppers_paths_are_the_widgets_own():
    assert {name.split(":")[0] for _, name, view in OURS if getattr(view, "guard", None) == SHOPPER} <= {"widgets"}
