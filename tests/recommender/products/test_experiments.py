"""Rules and variety tried on half of the visits: what A and B show, and how a test is begun, kept and ended."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommender.products import experiments as trials
from recommender.products import services
from recommender.products.models import RuleVersion
from recommender.products.rules import live
from recommender.products.rules import services as rules
from recommender.products.rules.types import DEFAULT_RULES
from recommender.products.rules.words import RuleNames
from recommender.products.selectors import diversity_percent
from recommender.products.serving import ready
from recommender.products.serving.engine.signals import penalty_name
from recommender.products.serving.ready import ShelfRequest, ready_shelf
from recommender.products.types import DIVERSITY_PERCENTS, RULES_KIND, VARIETY_KIND, Context, VersionState
from shopconnect.accounts.history import list_audit
from shopconnect.accounts.types import Role
from shopconnect.core.artefacts import store
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.experiments import decisions
from shopconnect.experiments.models import Experiment
from shopconnect.experiments.services import arm_of, configs
from shopconnect.experiments.types import Arm, Because
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.visitors import sign_visitor
from tests.recommender.products.shops import fill_shop, post_shelf, train, vary
from tests.shopconnect.shops.conftest import make_member

A, B, DRAFT = Arm("A"), Arm("B", VARIETY_KIND, 10.0), {"kind": "exclude", "by": "category", "name": "Cuisine"}


@pytest.fixture(autouse=True)
def _fresh(settings):
    settings.HOLD_OUT_PERCENT = 0
    configs.forget()
    ready.forget()
    yield
    configs.forget()


@pytest.fixture
def varied_shop(shop):
    """A shop where another setting of variety shows something else."""
    fill_shop(shop)
    train(shop)
    vary(shop, shown(shop, A)[0])
    ready.forget()
    return shop


def shown(shop_id, arm):
    text = ready_shelf(ShelfRequest(shop_id, None, Context(product="p12"), 4, arm=arm)).text
    return [item["id"] for item in json.loads(text)["items"]]


def exclude_kitchen(shop_id):
    """Write a draft; returns its mark."""
    rules.add_rule(shop_id, 1, DRAFT)
    return rules.etag_of(rules.find_draft(shop_id).rules)


def visitor_in(shop_id, letter):
    visitors = (f"{one:032x}" for one in range(100))
    return sign_visitor(
        shop_id, next(one for one in visitors if arm_of(shop_id, one, "", now().date()).letter == letter)
    )


def test_what_is_learnt_holds_the_prices_of_every_setting_that_may_be_tried(shop):
    fill_shop(shop)
    services.train_shop(shop)
    model = store.load(shop, "products")
    for purpose, dials in model.manifest["varieties"].items():
        assert list(dials) == [str(percent) for percent in DIVERSITY_PERCENTS]
        assert dials["5"] == (served := model.manifest["variety"][purpose])
        for dial in dials.values():
            assert dial in (served, 0) or penalty_name(purpose, dial) in model.arrays


def test_b_shows_what_its_variety_gives_and_a_what_everybody_saw(varied_shop):
    before = shown(varied_shop, Arm(""))
    assert shown(varied_shop, A) == before
    assert before[0] not in shown(varied_shop, B)
    assert shown(varied_shop, A) == before
    assert shown(varied_shop, Arm("B", VARIETY_KIND, 5.0)) == before
    assert shown(varied_shop, Arm("B", VARIETY_KIND, 77.0)) == before  # a model of before knows no such setting


def test_b_shows_what_its_rules_say_and_both_are_kept_ready_apart(varied_shop, client):
    before = shown(varied_shop, A)
    trials.start_rules_experiment(varied_shop, 1, 0, 28, expected_etag=exclude_kitchen(varied_shop), is_confirmed=True)
    configs.forget()
    with shop_scope(varied_shop):
        assert rules.current_version(varied_shop).number == 0
    address = f"/w/{keys_of_shop(varied_shop, KeyKind.WIDGET)[0]}/shelf"
    visits = [{"product": "p12", "visitor": visitor_in(varied_shop, letter)} for letter in "AB"]
    pages = [{"product": "p12", "page": f"/p/{one}"} for one in range(40)]  # arms are drawn by a secret

    def asked():
        replies = [post_shelf(client, address, said) for said in visits]
        return [reply.json() for reply in replies + [client.get(address, said) for said in pages]]

    asked()
    with CaptureQueriesContext(connection) as questions:
        answers = asked()
    assert [question["sql"] for question in questions] == []
    assert [one["arm"] for one in answers[:2]] == ["A", "B"]
    assert {one["arm"] for one in answers[2:]} == {"a", "b"}
    for one in answers:
        ids = [item["id"] for item in one["items"]]
        is_kitchen = any(10 <= int(name[1:]) < 20 for name in ids)
        assert is_kitchen == (one["arm"] in "Aa"), one["arm"]
    assert [item["id"] for item in answers[0]["items"]] == before


def test_variety_is_tried_on_visits_without_asking_the_database(varied_shop, client):
    trials.start_diversity_experiment(varied_shop, 1, 10, 28)
    configs.forget()
    address = f"/w/{keys_of_shop(varied_shop, KeyKind.WIDGET)[0]}/shelf"
    asked = [{"product": "p12", "visitor": visitor_in(varied_shop, letter)} for letter in "AB"]
    for said in asked:
        post_shelf(client, address, said)
    with CaptureQueriesContext(connection) as questions:
        first, second = ([item["id"] for item in post_shelf(client, address, said).json()["items"]] for said in asked)
    assert [question["sql"] for question in questions] == []
    assert first == shown(varied_shop, A)
    assert second == shown(varied_shop, B) != first


def test_a_version_that_is_tried_is_remembered_and_another_shops_is_not_found(
    shop, other_shop, django_assert_num_queries
):
    rules.add_rule(shop, 1, {"kind": "bought", "days": 10})
    trials.start_rules_experiment(
        shop, 1, 0, 28, expected_etag=rules.etag_of(rules.find_draft(shop).rules), is_confirmed=True
    )
    live.tried_rules.forget()
    found = live.rules_for(shop, 1)
    assert (found.number, len(found.rules)) == (1, 2)
    with django_assert_num_queries(0):
        assert live.rules_for(shop, 1) == found
    assert live.rules_for(shop).rules == DEFAULT_RULES
    assert live.rules_for(other_shop, 1).rules == DEFAULT_RULES


def test_a_draft_that_is_tried_is_a_version_and_may_be_kept_for_everybody(shop):
    person = make_member(shop, Role.OWNER).pk
    rules.add_rule(shop, person, {"kind": "bought", "days": 10})
    seen = rules.etag_of(rules.find_draft(shop).rules)
    with pytest.raises(Refusal, match="Run a simulation first"):
        trials.start_rules_experiment(shop, person, 0, 28, expected_etag=seen)
    for _ in range(2):  # a second click finds no draft
        trials.start_rules_experiment(shop, person, 0, 28, expected_etag=seen, is_confirmed=True)
    assert rules.find_draft(shop) is None
    assert [(one.number, one.state) for one in rules.list_versions(shop, RuleNames())] == [(1, VersionState.TRIED)]
    with shop_scope(shop):
        trial = Experiment.objects.get()
    assert (trial.kind, trial.value, trial.base, trial.percent) == (RULES_KIND, 1, 0, 50)
    assert not decisions.keep_variant(shop, person, trial.public_id + 1)
    assert decisions.keep_variant(shop, person, trial.public_id)
    assert not decisions.keep_variant(shop, person, trial.public_id)
    assert live.rules_for(shop).number == 2
    found = rules.list_versions(shop, RuleNames())
    assert [(one.number, one.state, one.undoes) for one in found] == [
        (2, VersionState.LIVE, 1),
        (1, VersionState.TRIED, None),
    ]
    assert found[0].changes == found[1].changes != ()
    with shop_scope(shop):
        assert [row.ended_because for row in Experiment.objects.all()] == [Because.KEPT]
    assert sum("started an A/B test" in deed.sentence for deed in list_audit(shop)) == 1


def test_a_test_is_ended_and_everybody_sees_what_was_there_before(shop):
    rules.add_rule(shop, 1, {"kind": "bought", "days": 10})
    trials.start_rules_experiment(
        shop, 1, 0, 28, expected_etag=rules.etag_of(rules.find_draft(shop).rules), is_confirmed=True
    )
    with shop_scope(shop):
        trial = Experiment.objects.get().public_id
    assert "B" in {arm_of(shop, f"visitor-{one}", "", now().date()).letter for one in range(50)}
    assert not decisions.stop_experiment(shop, 1, trial + 1)
    assert decisions.stop_experiment(shop, 1, trial)
    assert not decisions.stop_experiment(shop, 1, trial)
    assert {arm_of(shop, f"visitor-{one}", "", now().date()).letter for one in range(50)} == {"A"}
    assert live.rules_for(shop).number == 0
    trials.start_rules_experiment(shop, 1, 1, 28)  # the version is there, and may be tried again
    with shop_scope(shop):
        assert Experiment.objects.count() == 2


def test_what_a_test_compares_is_not_changed_while_it_runs(varied_shop):
    trials.start_diversity_experiment(varied_shop, 1, 10, 28)
    for percent in (0, 2, 10):
        with pytest.raises(Refusal, match="An A/B test on this is running"):
            services.choose_diversity(varied_shop, 1, percent)
    seen = exclude_kitchen(varied_shop)
    with pytest.raises(Refusal, match="one test at a time"):
        trials.start_rules_experiment(varied_shop, 1, 0, 28, expected_etag=seen, is_confirmed=True)
    assert rules.find_draft(varied_shop) is not None
    rules.publish_draft(varied_shop, 1, seen, is_confirmed=True)  # holds for both arms
    with shop_scope(varied_shop):
        trial = Experiment.objects.get()
    assert (trial.value, trial.base) == (10, 5)
    assert decisions.keep_variant(varied_shop, 1, trial.public_id)
    with shop_scope(varied_shop):
        assert diversity_percent() == 10
    with pytest.raises(Refusal, match="nothing to test"):
        trials.start_rules_experiment(varied_shop, 1, 1, 28)
    with pytest.raises(Missing):
        trials.start_rules_experiment(varied_shop, 1, 99, 28)
    for percent in (2, 10, 77):
        with pytest.raises(Refusal, match="nothing to test"):
            trials.start_diversity_experiment(varied_shop, 1, percent, 28)


def test_rules_are_not_put_in_force_while_rules_are_tried_and_end_a_test_whose_days_are_over(shop):
    rules.add_rule(shop, 1, {"kind": "bought", "days": 10})
    trials.start_rules_experiment(
        shop, 1, 0, 28, expected_etag=rules.etag_of(rules.find_draft(shop).rules), is_confirmed=True
    )
    rules.add_rule(shop, 1, {"kind": "bought", "days": 20})
    seen = rules.etag_of(rules.find_draft(shop).rules)
    with pytest.raises(Refusal, match="An A/B test on this is running"):
        rules.publish_draft(shop, 1, seen, is_confirmed=True)
    with pytest.raises(Refusal, match="An A/B test on this is running"):
        rules.undo_to(shop, 1, 1)
    assert rules.find_draft(shop) is not None
    with time_machine.travel(datetime.now(UTC) + timedelta(days=29), tick=False):
        rules.publish_draft(shop, 1, seen, is_confirmed=True)
    assert live.rules_for(shop).number == 2
    with shop_scope(shop):
        assert Experiment.objects.get().ended_at is not None
        assert dict(RuleVersion.objects.values_list("number", "state")) == {1: VersionState.TRIED, 2: VersionState.LIVE}
