"""What every answer carries, whom to tell of a weakness, and what browsers report."""

import json
import re

import pytest
from django.test import Client, RequestFactory

from shopconnect.core.observability.metrics import summed, tally
from shopconnect.core.web import views
from shopconnect.core.web.middleware import REPORTS, allow_pictures_from, server_error


@pytest.mark.parametrize("path", ["/accounts/login/", "/healthz", "/api/v1/nothing", "/w/nobody/shelf", "/nowhere"])
def test_every_answer_stands_in_no_frame_and_names_where_what_is_refused_is_told(db, path):
    answer = Client().get(path)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Content-Security-Policy"].endswith(f"; report-uri {REPORTS}; frame-ancestors 'none'")
    assert answer["Server"] == "ShopConnect"


def test_pictures_come_from_here_unless_the_page_names_another_host(db):
    assert "; img-src 'self' data: http://127.0.0.1:*; " in Client().get("/accounts/login/")["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("url", "origins"),
    [
        ("https://cdn.example/a.png?x=1", {"https://cdn.example"}),
        ("HTTPS://CDN.example:8443/a.png", {"https://cdn.example:8443"}),
        ("https://cdn.example", {"https://cdn.example"}),
        ("http://cdn.example/a.png", set()),
        ("https://a.example;script-src */a.png", set()),
        ("https://*/a.png", set()),
        ("https:///a.png", set()),
        ("images/p1.svg", set()),
    ],
)
def test_a_page_allows_the_host_of_a_picture_and_nothing_wider(url, origins):
    request = RequestFactory().get("/")
    allow_pictures_from(request, url)
    assert set(getattr(request, "pictures_from", ())) == origins


@pytest.mark.parametrize(
    ("language", "heading", "again"),
    [
        ("en", "This page can’t be shown right now", "Try again"),
        ("fr", "Cette page est momentanément indisponible", "Réessayer"),
    ],
)
def test_an_outage_has_one_heading_says_what_happened_and_how_to_try_again(monkeypatch, language, heading, again):
    monkeypatch.setattr(views, "is_ready", lambda *_: 1 / 0)
    client = Client(raise_request_exception=False, headers={"accept": "text/html", "accept-language": language})
    page = client.get("/readyz?next=//elsewhere.example").content.decode()
    assert re.findall(r"<h1>(.*?)</h1>", page) == [heading]
    assert f'<html lang="{language}">' in page
    assert f'<a class="button" href="/readyz?next=//elsewhere.example">{again}</a>' in page


@pytest.mark.parametrize(
    ("referer", "address"),
    [
        ("", "/"),
        ("https://elsewhere.example//evil.example/x", "/evil.example/x"),
        ("http://testserver/rules/?on=x", "/rules/?on=x"),
    ],
)
def test_after_a_form_the_page_it_was_sent_from_is_tried_again_and_no_other_site(rf, referer, address):
    request = rf.post("/rules/publish/", headers={"accept": "text/html", "referer": referer})
    assert f'href="{address}"' in server_error(request).content.decode()


def test_whom_to_tell_of_a_weakness_is_where_everybody_looks(client, settings):
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@shop.example"
    answer = client.get("/.well-known/security.txt")
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert lines["Contact"] == "mailto:security@shop.example"
    assert lines["Canonical"] == f"{settings.SITE_URL}/.well-known/security.txt"
    assert lines["Expires"].endswith("Z")


def report(body: object) -> int:
    client = Client(enforce_csrf_checks=True)
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(REPORTS, text, content_type="application/csp-report").status_code


def counted() -> dict[str, float]:
    tally.hand_over()
    return {name: count for name, count in summed().items() if name.startswith("csp_reports|")}


def test_what_browsers_refuse_is_counted_by_the_rule():
    before = counted()
    assert report({"csp-report": {"effective-directive": "img-src", "blocked-uri": "https://x.example/"}}) == 204
    assert report({"csp-report": {"violated-directive": "script-src-elem"}}) == 204
    hostile = ["", "[", "[" * 19_000, [], {"csp-report": None}, {"csp-report": {"violated-directive": "a|b|c"}}]
    assert [report(one) for one in hostile] == [204] * len(hostile)
    gained = {name: count - before.get(name, 0) for name, count in counted().items()}
    assert gained == {"csp_reports|img-src": 1, "csp_reports|script-src-elem": 1, "csp_reports|other": len(hostile)}


def test_one_network_reports_so_often_and_no_more():
    statuses = [report({"csp-report": {"violated-directive": "img-src"}}) for _ in range(25)]
    assert statuses == [204] * 20 + [429] * 5


@pytest.mark.parametrize(
    ("language", "expired", "unread"),
    [
        ("en", "This form has expired", "We couldn’t read this request"),
        ("fr", "Ce formulaire a expiré", "Cette demande n’a pas pu être lue"),
    ],
)
def test_a_form_that_is_refused_says_so_on_our_own_page(db, settings, language, expired, unread):
    headers = {"accept": "text/html", "accept-language": language, "referer": "http://testserver/accounts/login/"}
    client = Client(enforce_csrf_checks=True, headers=headers)
    for answer, status, heading in (
        (client.post("/language/", {"language": "fr"}), 403, expired),
        (Client(headers=headers).post("/language/", {"language": "fr", "next": "https://x.example"}), 400, unread),
    ):
        page = answer.content.decode()
        assert answer.status_code == status
        assert re.findall(r"<h1>(.*?)</h1>", page) == [heading]
        assert '<a class="button" href="/accounts/login/">' in page
    told = Client(enforce_csrf_checks=True, headers={"accept-language": language}).post("/language/").json()
    assert told["error"]["code"] == "form_expired"
