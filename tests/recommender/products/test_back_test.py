"""What suggestions would have included of past orders, where files were just imported and on home."""

import re

import pytest

from recommender.products.models import TrainingRun
from recommender.products.services import WORK_KIND, model_gates
from recommender.products.types import Purpose
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import add_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.sync.models import Upload
from shopconnect.ui.templatetags.show import share
from tests.recommender.products.shops import fill_shop, product, train
from tests.shopconnect.shops.conftest import make_member, signed_in


@pytest.fixture
def imported(shop):
    """Where the page is of files that are in."""
    owner = make_member(shop, Role.OWNER)
    with shop_scope(shop):
        row = Upload.objects.create(sent_by_id=owner.pk, state="done", files=[], sent_at=now())
    return signed_in(owner), f"/bring-in/files/{row.public_id}/"


def said(client, path: str) -> str:
    return re.sub(r"\s+", " ", client.get(path).content.decode())


def test_after_an_import_the_page_tells_how_far_the_training_is_and_then_its_figures(shop, imported):
    client, page = imported
    fill_shop(shop)
    with shop_scope(shop):
        add_due(WORK_KIND, 0)
    assert "Next, the model is trained on your orders." in said(client, page)
    with shop_scope(shop):
        running = TrainingRun.objects.create(state="running", started_at=now(), percent=40)
    assert "Training the model: 40% done." in said(client, page)
    with shop_scope(shop):
        running.delete()
    train(shop)
    Due.objects.filter(shop_id=shop, kind=WORK_KIND).delete()
    [shelf] = [gate for gate in model_gates(shop) if gate.purpose == Purpose.SHELF]
    sentence = (
        f"On your last {shelf.proof.cases:,} orders, suggestions would have included the next product "
        f"{share(shelf.proof.held)} of the time, best sellers {share(shelf.proof.best_sellers)}."
    )
    for path in (page, "/"):
        text = said(client, path)
        assert sentence in text
        assert "data-reload-seconds" not in text
    assert f"{share(shelf.proof.held)} of {shelf.proof.cases:,} of your latest orders" in said(client, "/suggestions/")
    french = client.get(page, headers={"accept-language": "fr"}).content.decode()
    assert "les suggestions auraient contenu le produit acheté ensuite dans" in french


def test_with_too_few_orders_the_page_says_how_many_it_takes(shop, imported):
    client, page = imported
    with shop_scope(shop):
        store_products([product(number) for number in range(5)])
    text = said(client, page)
    assert "this takes 300 orders from known customers, then 20 orders of several products within four weeks" in text
    assert "data-reload-seconds" not in text
