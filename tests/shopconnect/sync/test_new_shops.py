"""Who has no shop opens one, for files."""

import pytest

from tests.shopconnect.shops.conftest import make_person, signed_in


def test_who_has_no_shop_opens_one_and_owns_it(db: None):
    client = signed_in(make_person("new@example.com"))
    assert 'href="/bring-in/new/"' in client.get("/").content.decode()
    said = {"name": "Thés & Cie", "currency": "eur", "timezone": "Europe/Paris", "address": "https://The.example.fr/x"}
    assert client.post("/bring-in/new/", said)["Location"] == "/bring-in/"
    page = client.get("/bring-in/").content.decode()
    assert "Drop your files here" in page
    assert "the.example.fr" in client.get("/snippet/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "XXQ"},
        {"timezone": "Mars/Olympus"},
        {"name": ""},
        {"address": "not a host"},
        {"address": "http://[::1"},
    ],
)
def test_a_shop_is_not_opened_with_what_makes_no_sense(db: None, wrong):
    client = signed_in(make_person("new@example.com"))
    said = {"name": "Tea", "currency": "EUR", "timezone": "Europe/Paris", "address": ""} | wrong
    answer = client.post("/bring-in/new/", said)
    assert (answer.status_code, "errorlist" in answer.content.decode()) == (200, True)
    assert client.get("/bring-in/").status_code == 403


def test_a_person_opens_a_few_shops_and_no_more(db: None):
    client = signed_in(make_person("new@example.com"))
    said = {"name": "Tea", "currency": "EUR", "timezone": "Europe/Paris"}
    for _ in range(5):
        assert client.post("/bring-in/new/", said)["Location"] == "/bring-in/"
    assert client.post("/bring-in/new/", said)["Location"] == "/bring-in/new/"
    assert "You already own 5 shops" in client.get("/bring-in/new/").content.decode()
