"""Answers that come in: the starter, a table, a page of the shop. Nothing is stored before a merchant chose it."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chatbot.answers.drafts import proposals, services
from chatbot.answers.drafts.faq_page import read_faq_page
from chatbot.answers.drafts.imports import MOST_FILE_BYTES, read_page, read_table
from chatbot.answers.drafts.selectors import all_texts
from chatbot.answers.drafts.starter import starter_entries
from chatbot.answers.drafts.texts import etag_of, placeholders_in
from chatbot.answers.drafts.types import Texts
from chatbot.answers.models import AnswerVersion
from chatbot.answers.types import EntrySummary
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from tests.shopconnect.shops.conftest import make_member, signed_in

USER = 7


def drafts(shop: ShopId) -> dict[str, Texts]:
    with shop_scope(shop):
        return all_texts()[1]


@pytest.fixture
def writer(shop: ShopId) -> Client:
    """The browser of somebody who may write answers."""
    return signed_in(make_member(shop, Role.SUPPORT))


def test_the_starter_has_forty_entries_with_four_phrases_in_each_language():
    by_language: dict[str, list[EntrySummary]] = {"en": [], "fr": []}
    for one in starter_entries():
        by_language[one.language].append(one)
    ids = [[one.external_id for one in entries] for entries in by_language.values()]
    assert len(set(ids[0])) == 40
    assert ids[0] == ids[1]
    assert {len(one.phrases) for one in starter_entries()} == {4}
    for entries in by_language.values():
        said = [text for one in entries for text in (one.question, *one.phrases)]
        assert len(said) == len(set(said)) == 200


def test_both_languages_of_the_starter_leave_as_much_to_be_filled_in():
    left: dict[str, list[int]] = {}
    for one in starter_entries():
        left.setdefault(one.external_id, []).append(len(placeholders_in({one.language: one})))
    assert {entry: counts for entry, counts in left.items() if counts[0] != counts[1]} == {}


def test_one_placeholder_of_the_starter_means_one_thing():
    """What is entered once goes everywhere, which is right of an address and of no number of days."""
    named = [name for one in starter_entries() for name in placeholders_in({one.language: one})]
    shared = {"[support email]", "[phone number]", "[e-mail du service client]", "[numéro de téléphone]"}
    # "[10 minutes]" stands once in each language, and each language is filled in by itself.
    assert {name for name in named if named.count(name) > 1} == shared | {"[10 minutes]"}


def test_the_starter_is_taken_filled_in_and_published(shop: ShopId):
    proposed = proposals.propose(shop, starter_entries())
    assert drafts(shop) == {}
    chosen = [proposals.written(one) for one in proposed if one.entry in ("password", "order-cancel")]
    assert proposals.take(shop, USER, chosen) == (2, 0)
    assert proposals.take(shop, USER, chosen) == (2, 0)  # a double click
    assert services.publish_ready(shop, USER) == (0, 2)
    left = proposals.placeholders(shop)
    assert left == {
        "en": {"[support email]": ["Can I cancel my order?"], "[10 minutes]": ["I forgot my password"]},
        "fr": {
            "[e-mail du service client]": ["Puis-je annuler ma commande\u00a0?"],
            "[10 minutes]": ["J’ai oublié mon mot de passe"],
        },
    }
    assert proposals.fill_placeholders(shop, USER, {"en": {"[support email]": "hello@example.com", "order": "x"}}) == 1
    assert "hello@example.com" in drafts(shop)["order-cancel"]["en"].answer
    filled = {language: dict.fromkeys(names, f"said in {language}") for language, names in left.items()}
    assert proposals.fill_placeholders(shop, USER, filled) == 2
    assert "said in fr" in drafts(shop)["password"]["fr"].answer
    assert proposals.placeholders(shop) == {}
    assert services.publish_ready(shop, USER) == (2, 0)


def test_what_is_there_already_is_marked_and_what_changed_meanwhile_is_left(shop: ShopId):
    given = EntrySummary("mine", "en", "Can I cancel my order?", "No.")
    services.save_draft(shop, USER, "mine", {"en": given}, etag_of({}))
    (one,) = [one for one in proposals.propose(shop, starter_entries()) if one.is_known]
    assert (one.entry, one.texts["en"].phrases[0]) == ("mine", "I ordered by mistake")
    services.save_draft(shop, USER, "mine", {"en": EntrySummary("mine", "en", "Cancel?", "Never.")}, one_etag(shop))
    assert proposals.take(shop, USER, [proposals.written(one)]) == (0, 1)
    assert drafts(shop)["mine"]["en"].answer == "Never."


def test_an_answer_of_the_starter_stays_one_where_only_one_of_its_languages_is_known(shop: ShopId):
    given = {
        "en": EntrySummary("mine", "en", "Can I cancel my order?", "No."),
        "fr": EntrySummary("mine", "fr", "Une commande s’annule-t-elle ?", "Non."),
    }
    services.save_draft(shop, USER, "mine", given, etag_of({}))
    services.save_draft(
        shop, USER, "paid", {"en": EntrySummary("paid", "en", "How can I pay?", "By card.")}, etag_of({})
    )
    starter = [
        *starter_entries(),
        EntrySummary("pay", "en", "How can I pay?", "", ()),
        EntrySummary("pay", "fr", "Comment payer ?", ""),
    ]
    proposed = {one.entry: one for one in proposals.propose(shop, starter)}
    assert "order-cancel" not in proposed
    assert "pay" not in proposed
    assert proposed["mine"].texts["fr"].question == "Une commande s’annule-t-elle ?"
    assert proposed["paid"].texts["fr"].question == "Comment payer ?"
    assert all(set(one.texts) == {"en", "fr"} for one in proposed.values())


def one_etag(shop: ShopId) -> str:
    return etag_of(drafts(shop)["mine"])


WRONG = '{"entry": "a", "etag": "b", "texts": {"en": {"question": 1, "answer": 2, "phrases": []}}}'


@pytest.mark.parametrize("sent", ["", "[]", "{}", '{"entry": "a", "etag": "b", "texts": {"en": 1}}', "not json", WRONG])
def test_what_is_no_proposal_is_refused(shop: ShopId, sent: str):
    with pytest.raises(Refusal):
        proposals.take(shop, USER, [sent])
    assert drafts(shop) == {}


CSV = "Question;Réponse;Langue;Formulations;Phrase 2;Catégorie\n{rows}"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_table_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str):
    rows = (
        "Où êtes-vous ?;À Lyon;FR;Votre adresse | Situés où ?;C’est où;La boutique\n"
        ";sans question;fr;;;\nHi?;Yes;de;;;\nWhere?;Here;;;;\n"
    )
    (tmp_path / "a.csv").write_text(CSV.format(rows=rows), encoding=encoding)
    found, bad = read_table(tmp_path / "a.csv", "en")
    assert bad == 2
    assert [(one.language, one.question, one.answer, one.phrases, one.category) for one in found] == [
        ("fr", "Où êtes-vous ?", "À Lyon", ("Votre adresse", "Situés où ?", "C’est où"), "La boutique"),
        ("en", "Where?", "Here", (), ""),
    ]
    assert read_table(tmp_path / "a.csv", "en")[0][0].external_id == found[0].external_id


def test_a_table_without_the_columns_is_refused(tmp_path: Path):
    (tmp_path / "a.csv").write_text("name,price\nbowl,3\n")
    with pytest.raises(Refusal, match="question"):
        read_table(tmp_path / "a.csv", "en")


FAQ_PAGE = {
    "@graph": [
        {"@type": "WebPage"},
        {
            "@type": "FAQPage",
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": "Ships &amp; boats?",
                    "acceptedAnswer": {"text": "<p>Two <b>days</b>.</p><style>p</style><ul><li>By sea</li></ul>"},
                }
            ],
        },
    ]
}
# A page has to write its ends of elements like this, or they would end the script.
DATA = json.dumps(FAQ_PAGE).replace("</", "<\\/")
PAGES = {
    "data": (
        f'<html lang="fr-FR"><script type="application/ld+json">{DATA}</script><h2>Not this?</h2>No',
        ("fr", (("Ships & boats?", "Two days.\nBy sea"),)),
    ),
    "details": (
        "<details><summary><h3>How  long?</h3></summary><div>Two days.<br>At most "
        "<script>x</script>three.</div></details>"
        "<details><summary>Empty?</summary></details>",
        ("", (("How long?", "Two days.\nAt most three."),)),
    ),
    "headings": (
        "<nav><h2>Menu?</h2><a>x</a></nav><h1>FAQ</h1><h3>Where are you?</h3><p>In Lyon.</p><p>Near the river.</p>"
        "<h3>About us</h3><p>Old.</p><h4>Empty?</h4>",
        ("", (("Where are you?", "In Lyon.\nNear the river."),)),
    ),
    "nothing": ("<p>Hello", ("", ())),
    "broken data": (
        '<script type="application/ld+json">{"@type": </script><h2>Why?</h2>Because',
        ("", (("Why?", "Because"),)),
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_as_its_author_wrote_it(name: str):
    html, wanted = PAGES[name]
    page = read_faq_page(html)
    assert (page.language, page.pairs) == wanted


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/faq",
        "ftp://localhost/faq",
        "file:///etc/passwd",
        "https://localhost@elsewhere.example/",
        "https://user:pass@localhost/",
        "localhost/faq",
        "",
    ],
)
def test_only_pages_of_the_shop_are_asked_for(shop: ShopId, url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shopconnect.core.http.call", lambda *_a, **_k: pytest.fail("It was asked for."))
    with pytest.raises(Refusal, match="your own shop"):
        read_page(shop, url, "en")


def test_a_page_that_is_not_there_is_said_to_be_so(shop: ShopId):
    with pytest.raises(Refusal, match="couldn’t be read"):
        read_page(shop, "http://localhost:1/faq", "en")


def test_a_file_is_shown_and_stored_only_once_it_is_chosen(shop: ShopId, writer: Client):
    file = SimpleUploadedFile("faq.csv", b"question,answer\nDo you wrap?,Yes <b>free</b>\nhalf,\n")
    page = writer.post(reverse("answers:import"), {"file": file, "language": "en"}).content.decode()
    assert "1 line was skipped" in page
    assert "Yes &lt;b&gt;free&lt;/b&gt;" in page
    assert drafts(shop) == {}
    (one,) = proposals.propose(shop, [EntrySummary("q", "en", "Do you wrap?", "Yes")])
    writer.post(reverse("answers:take"), {"take": [proposals.written(one)]})
    assert drafts(shop)["q"]["en"].answer == "Yes"


def test_what_cannot_be_imported_is_told(shop: ShopId, writer: Client):
    large = SimpleUploadedFile("faq.csv", b"x" * (MOST_FILE_BYTES + 1))
    url = reverse("answers:import")
    assert writer.post(url, {"file": large, "language": "en"}).status_code == 413
    assert writer.post(url, {"language": "en"}).status_code == 400
    assert writer.post(url, {"url": "https://elsewhere.example", "language": "en"}).status_code == 400
    with shop_scope(shop):
        assert not AnswerVersion.objects.exists()


def test_analysts_bring_nothing_in(shop: ShopId):
    analyst = signed_in(make_member(shop, Role.ANALYST))
    for name in ("starter", "import", "take", "placeholders"):
        assert analyst.get(reverse(f"answers:{name}")).status_code == 403
        assert analyst.post(reverse(f"answers:{name}"), {"take": "{}"}).status_code == 403
