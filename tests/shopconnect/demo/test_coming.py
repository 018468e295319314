"""The demo while its shop comes in: one page shows it, asks nobody, and no other page says what is not so."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from recommender.products.models import TrainingRun
from recommender.products.services import follow_load
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.core.clock import now
from shopconnect.core.setup_progress import StageProgress, end_setup_progress, write_setup_progress
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.demo.types import DemoStage
from shopconnect.embedded.setup_reporter import SetupStage
from tests.browser.conftest import draft
from tests.makers import make_shop
from tests.shopconnect.dashboard.test_pages import run, stocked
from tests.shopconnect.shops.conftest import make_member, signed_in

BEGUN = (
    StageProgress(SetupStage.INVENT, 45),
    StageProgress(SetupStage.START, 1),
    StageProgress(SetupStage.LOAD),
    StageProgress(SetupStage.ACCOUNTS),
    StageProgress(SetupStage.LEARN),
)
LEARNING = (
    *(
        StageProgress(stage, 100)
        for stage in (SetupStage.INVENT, SetupStage.START, SetupStage.LOAD, SetupStage.ACCOUNTS)
    ),
    StageProgress(SetupStage.LEARN),
)


@pytest.fixture
def coming(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path

    def write(steps):
        write_setup_progress(tmp_path, steps)

    write(BEGUN)
    yield write
    end_setup_progress(tmp_path)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


# Without a fixture of the database every question to it fails: it may not be there yet.
@pytest.mark.parametrize(
    ("language", "heading", "done"),
    [("en", "The shop is being set up", "45%"), ("fr", "La boutique est en cours de préparation", "45&nbsp;%")],
)
def test_the_page_is_there_before_the_shop_and_shows_it_coming_in(coming, language, heading, done):
    answer = Client(headers={"accept-language": language}).get("/")
    text = text_of(answer)
    assert answer.status_code == 200
    assert f"<h1>{heading}</h1>" in text
    assert done in text
    assert text.count("<progress") == len(BEGUN)
    assert 'data-reload-seconds="2"' in text
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/demo/", "/suggestions/", "/storefront/demo/", "/accounts/login/", "/nowhere/"])
def test_every_other_page_leads_there(coming, path):
    answer = Client().get(path)
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_programs_are_answered_as_always(coming):
    assert Client().get("/healthz").json() == {"alive": True}


def test_whoever_chooses_a_language_gets_it(coming):
    client = Client()
    assert client.post("/language/", {"language": "fr", "next": "/"}).status_code == 302
    assert "La boutique est en cours de préparation" in text_of(client.get("/"))


def test_outside_the_demo_nothing_comes_in_so(coming, settings, db):
    settings.DEMO = False
    assert "Create an account" in text_of(Client().get("/"))


@pytest.fixture
def invented(db):
    shop_id = make_shop("demo")
    with shop_scope(shop_id):
        store_products([draft(number) for number in range(3)])
    call_command("demo_accounts", "demo")
    return shop_id


def test_the_first_page_asks_who_one_is_and_says_what_this_is(invented):
    english, french = (text_of(Client(headers={"accept-language": code}).get("/")) for code in ("en", "fr"))
    assert "<h1>Who would you like to be?</h1>" in english
    assert "shows shoppers products that suit them, explains why, and answers their questions." in english
    assert "ShopConnect montre à vos clients des produits qui leur conviennent" in french
    assert 'action="/demo/"' in english
    assert 'value="owner"' in english


def test_whoever_is_signed_in_finds_their_home_there(invented):
    client = Client()
    client.post("/demo/", {"part": "owner"})
    assert "Who would you like to be?" not in text_of(client.get("/"))
    assert "Who would you like to be?" in text_of(client.get("/demo/"))


def test_people_are_let_in_while_it_is_learnt_and_are_told_so(invented, coming):
    coming(LEARNING)
    text = text_of(Client().get("/"))
    assert "The model is still being trained" in text
    assert "There is no demo shop here" not in text


def test_what_is_said_of_a_missing_shop_is_true(db):
    text = text_of(Client().get("/"))
    assert "There is no demo shop here" not in text
    assert "removed" not in text
    assert "Create an account" in text


def test_suggestions_of_a_shop_that_comes_in_are_on_their_way(shop):
    run(shop, "running")
    text = text_of(signed_in(make_member(shop, Role.OWNER)).get("/suggestions/"))
    assert "Your products are being imported." in text
    assert "No products yet." not in text


def test_suggestions_that_are_being_learnt_are_not_said_to_need_weeks(shop):
    stocked(shop)
    run(shop)
    page = signed_in(make_member(shop, Role.OWNER))
    assert "a few weeks of orders are needed" in text_of(page.get("/suggestions/"))
    with shop_scope(shop):
        follow_load(shop)
    text = text_of(page.get("/suggestions/"))
    assert "Next, the model is trained on them" in text
    assert "weeks of orders" not in text
    with shop_scope(shop):
        TrainingRun.objects.create(state="running", percent=40, started_at=now() - timedelta(minutes=2))
    text = text_of(page.get("/suggestions/"))
    assert "Training the model: 40% done." in text
    assert "About 3 minutes are left." in text
    assert "weeks of orders" not in text


def test_the_supervisor_knows_each_stage_that_the_demos_commands_report():
    assert {stage.value for stage in DemoStage} <= {stage.value for stage in SetupStage}
