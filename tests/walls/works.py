"""Something to do for each kind of work: how a shop is set up for it, and what else than its rows is looked at."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chatbot.answers.drafts.trials import ask_trial
from chatbot.answers.faq import store_entries
from chatbot.answers.models import AnswerTrial, Conversation, Message
from chatbot.answers.services import answer_exchange, store_question
from chatbot.answers.thresholds import label_exchange
from recommender.products.rules import services as rules
from recommender.products.serving.shelves import suggest
from recommender.products.types import Context
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.connectors import registry
from shopconnect.connectors.base import PrivacyRequestKind, ResourceType
from shopconnect.connectors.billing import Subscription
from shopconnect.connectors.types import AccessEnded
from shopconnect.core import caches
from shopconnect.core.cache.redis import client
from shopconnect.core.clock import now
from shopconnect.core.jobs import fire_and_forget
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.histories import known_history
from shopconnect.privacy import requests
from shopconnect.privacy.models import PrivacyRequest
from shopconnect.shops import installs
from shopconnect.shops.models import Install
from shopconnect.sync import inbox, watermarks
from shopconnect.sync.models import Backfill
from shopconnect.sync.reconcile import RESOURCES
from tests.browser.conftest import draft
from tests.chatbot.answers.conftest import FAQ
from tests.makers import make_shop
from tests.recommender.prices import test_services as test_prices
from tests.recommender.products.rules import test_drafts
from tests.recommender.products.shops import fill_shop, product, train
from tests.recommender.products.training import test_increments
from tests.shopconnect.billing.test_plans import PlainBilling
from tests.shopconnect.experiments import world as experiments
from tests.shopconnect.notifications.test_notices import tell_of_export
from tests.shopconnect.orders import test_histories
from tests.shopconnect.platforms.shopify.test_pixel import Pixels
from tests.shopconnect.privacy import people, test_retention
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, PlainPlatform, tokens
from tests.shopconnect.sync import outside
from tests.shopconnect.sync.world import START, World
from tests.shopconnect.sync.world import tokens as world_tokens
from tests.shopconnect.sync.worlds import tell, touched


@dataclass(frozen=True)
class SetUpContext:
    """What a set-up builds on; what it enters ends with the test."""

    patch: pytest.MonkeyPatch
    folder: Path
    settings: Any
    enters: ExitStack


@dataclass(frozen=True)
class Job:
    """Work on a subject of a shop; `look` says what else than rows and files is to be the same after it ran again.

    `volatile` names what each run leaves of itself by design: a table, a column as table.column, or a folder of files.
    """

    shop_id: ShopId
    subject_id: int = 0
    look: Callable[[], Any] = lambda: None
    volatile: frozenset[str] = frozenset()
    along: tuple[str, ...] = ()  # kinds of work that this one asks for, and without which it is not over


SetUp = Callable[[SetUpContext], Job]
SET_UPS: dict[str, SetUp] = {}


def sets_up(kind: str) -> Callable[[SetUp], SetUp]:
    """Mark a function as what sets a shop up for a kind of work."""

    def mark(set_up: SetUp) -> SetUp:
        SET_UPS[kind] = set_up
        return set_up

    return mark


# Answers


def shop_with_faq() -> ShopId:
    shop_id = make_shop()
    with shop_scope(shop_id):
        store_entries(FAQ)
    return shop_id


@sets_up("answer_message")
def a_question(context: SetUpContext) -> Job:
    shop_id = shop_with_faq()
    return Job(shop_id, store_question(shop_id, None, "when will my order arrive?", "en").exchange_id)


@sets_up("index_answers")
def a_faq_without_an_index(context: SetUpContext) -> Job:
    return Job(shop_with_faq())


@sets_up("try_answer")
def a_question_on_a_draft(context: SetUpContext) -> Job:
    shop_id = shop_with_faq()
    ask_trial(shop_id, "delivery", "when will my order arrive?", "en")
    with shop_scope(shop_id):
        return Job(shop_id, AnswerTrial.objects.get().pk)


@sets_up("calibrate_answers")
def a_message_that_staff_marked(context: SetUpContext) -> Job:
    shop_id = shop_with_faq()
    asked = store_question(shop_id, None, "when will my order arrive?", "en")
    answer_exchange(shop_id, asked.exchange_id)
    with shop_scope(shop_id):
        marked = Message.objects.get(pk=asked.exchange_id).public_id
    label_exchange(shop_id, marked, "delivery")
    return Job(shop_id, volatile=frozenset({"answers_answersetting.measured_at"}))


@sets_up("erase_old_chats")
def an_old_chat_and_a_new_one(context: SetUpContext) -> Job:
    shop_id = shop_with_faq()
    for _ in range(2):
        store_question(shop_id, None, "when will my order arrive?", "en")
    with shop_scope(shop_id):
        old = Conversation.objects.earliest("id").pk
        Conversation.objects.filter(pk=old).update(last_at=now() - timedelta(days=91))
    return Job(shop_id)


# Recommendations


def fitted_shop() -> ShopId:
    shop_id = make_shop()
    fill_shop(shop_id)
    train(shop_id)
    return shop_id


def shown_by(shop_id: ShopId) -> Callable[[], Any]:
    """What a shelf of a shop shows, each with its score and its reasons."""

    def shown() -> Any:
        caches.reset_all()
        found = suggest(shop_id, None, Context(views=("p12",), language="en"), 8)
        return [(one.external_id, one.title, one.price, one.advice.score, one.sentences) for one in found]

    return shown


@sets_up("train_products")
def a_shop_to_learn(context: SetUpContext) -> Job:
    shop_id = make_shop()
    fill_shop(shop_id)
    # Written down, and saved anew.
    each = frozenset({"products_trainingrun", "products", "products_state", "catalogue"})
    return Job(shop_id, look=shown_by(shop_id), volatile=each)


@sets_up("add_to_products")
def an_order_since_the_training(context: SetUpContext) -> Job:
    shop_id = fitted_shop()
    test_increments.buy(shop_id, test_increments.order(1, "p1", "p2", "p30"))
    return Job(shop_id, look=shown_by(shop_id))


@sets_up("save_catalogue")
def a_product_with_another_title(context: SetUpContext) -> Job:
    shop_id = fitted_shop()
    with shop_scope(shop_id):
        store_products([replace(product(12), title="Autre chose")])
    return Job(shop_id, look=shown_by(shop_id), volatile=frozenset({"catalogue"}))  # written anew each time


@sets_up("report_exposure")
def shelves_to_look_at(context: SetUpContext) -> Job:
    return Job(fitted_shop())


@sets_up("replay_rules")
def a_draft_of_rules(context: SetUpContext) -> Job:
    shop_id = fitted_shop()
    rules.add_rule(shop_id, 1, {"kind": "exclude", "by": "category", "name": "Cuisine"})
    return Job(shop_id, test_drafts.ask(shop_id))


# Facts of a shop


@sets_up("fill_histories")
def a_history_that_was_asked_for(context: SetUpContext) -> Job:
    client().flushdb()
    context.patch.setattr(fire_and_forget, "send", lambda name, shop_id: None)
    shop_id = make_shop()
    test_histories.fill(shop_id)
    known_history(shop_id, "7", b"")
    return Job(shop_id, look=lambda: test_histories.kept(shop_id))


@sets_up("weigh_results")
def visits_and_orders_to_weigh(context: SetUpContext) -> Job:
    context.settings.HOLD_OUT_PERCENT = 50
    shop_id = make_shop()
    experiments.fill(shop_id, {"A": 0.4, "H": 0.3}, visitors=400)
    return Job(shop_id, volatile=frozenset({"experiments_report.made_at", "experiments_report.figures.made_at"}))


@sets_up("forget_persons")
def what_is_older_than_its_time(context: SetUpContext) -> Job:
    shop_id = platform_shop(context)
    test_retention.fill(shop_id)
    return Job(shop_id)


@sets_up("privacy_request")
def a_person_to_erase(context: SetUpContext) -> Job:
    shop_id = platform_shop(context)
    people.fill_with_people(shop_id)
    requests.receive_request(shop_id, people.wish(PrivacyRequestKind.REDACT_CUSTOMER), people.AT)
    return Job(shop_id, request_of(shop_id))


@sets_up("drop_privacy_file")
def a_file_whose_time_is_over(context: SetUpContext) -> Job:
    shop_id = platform_shop(context)
    people.fill_with_people(shop_id)
    requests.receive_request(shop_id, people.wish(PrivacyRequestKind.DATA_REQUEST, reference="9999"), people.AT)
    run_due(shop_id, requests.FULFIL)
    with shop_scope(shop_id):
        PrivacyRequest.objects.update(file_until=now() - timedelta(seconds=1))
    return Job(shop_id, request_of(shop_id))


def request_of(shop_id: ShopId) -> int:
    with shop_scope(shop_id):
        return int(PrivacyRequest.objects.get().pk)


# The shop itself


def platform_shop(context: SetUpContext, platform: Any = None, **said: Any) -> ShopId:
    """A shop that installed us on a platform."""
    context.enters.enter_context(registry.only(platform or PlainPlatform(), **said))
    return installs.install_shop(NAME, SHOP, tokens(), replace(DRAFT, number="9001"))


@sets_up("mail_notice")
def a_notice_to_send(context: SetUpContext) -> Job:
    shop_id = make_shop()
    return Job(shop_id, tell_of_export(shop_id, make_member(shop_id, Role.OWNER)), look=lambda: len(mail.outbox))


@sets_up("read_plan")
def a_plan_that_is_another(context: SetUpContext) -> Job:
    says = Subscription(plan="growth", trial_ends_at=now() + timedelta(days=3))
    shop_id = platform_shop(context, billings=[PlainBilling(says)])
    return Job(shop_id, volatile=frozenset({"billing_shopplan.read_at"}))


@sets_up("erase_shop")
def a_shop_that_left_long_ago(context: SetUpContext) -> Job:
    shop_id = platform_shop(context)
    with shop_scope(shop_id):
        store_products([draft(number) for number in range(8)])
    make_member(shop_id, Role.OWNER)
    default_storage.save(f"shop/{shop_id}/images/p0.svg", ContentFile(b"<svg/>"))
    installs.uninstall_shop(shop_id, None)
    with shop_scope(shop_id):
        Install.objects.update(uninstalled_at=now() - timedelta(days=31))
    return Job(shop_id)


@sets_up("switch_on_pixel")
def a_pixel_to_switch_on(context: SetUpContext) -> Job:
    return Job(platform_shop(context, pixels := Pixels()), look=lambda: pixels.given[-1:])


# In from a platform, and out to it


def worldly_shop(context: SetUpContext) -> tuple[ShopId, World]:
    """A shop of a platform in memory, all of whose things are followed from the beginning."""
    world = World()
    context.enters.enter_context(registry.only(world))
    shop_id = installs.install_shop(world.name, "world", world_tokens(), world.shop)
    Due.objects.filter(shop_id=shop_id).delete()
    with shop_scope(shop_id):
        for resource in RESOURCES.values():
            watermarks.watch_from(resource, START)
    return shop_id, world


def shop_that_lacks_things(context: SetUpContext) -> ShopId:
    shop_id, world = worldly_shop(context)
    for number in range(25):
        world.sell(str(number))
    return shop_id


@sets_up("reconcile")
def what_changed_and_no_webhook_told(context: SetUpContext) -> Job:
    return Job(
        shop_that_lacks_things(context),
        1,
        volatile=frozenset({f"sync_watermark.{name}" for name in ("moved_at", "since", "repaired")}),
    )


@sets_up("sweep_ids")
def what_is_there_and_not_here(context: SetUpContext) -> Job:
    return Job(shop_that_lacks_things(context), 1, along=("hooks",))


@sets_up("hooks")
def webhooks_that_wait(context: SetUpContext) -> Job:
    shop_id, world = worldly_shop(context)
    world.sell("1")
    world.know("7")
    tell(world, touched("1"), touched("7", ResourceType.CUSTOMER))
    return Job(shop_id)


@sets_up("hook")
def a_webhook_that_was_set_aside(context: SetUpContext) -> Job:
    shop_id, world = worldly_shop(context)
    world.sell("1")
    tell(world, touched("1"))
    world.silent = {"1"}
    inbox.apply_webhooks(shop_id)
    world.silent.clear()
    return Job(shop_id, Due.objects.get(shop_id=shop_id, kind=inbox.APPLY_WEBHOOK).subject_id)


@sets_up("ask_left")
def a_shop_that_came_back_and_is_gone(context: SetUpContext) -> Job:
    shop_id, world = worldly_shop(context)
    installs.uninstall_shop(shop_id, now())
    installs.install_shop(world.name, "world", world_tokens(), world.shop)
    world.failures.append(AccessEnded("shopify", 401, permanent=True))
    return Job(shop_id)


def outside_shop(context: SetUpContext) -> tuple[ShopId, outside.Outside]:
    platform = outside.Outside(context.folder / "outside")
    context.enters.enter_context(registry.only(platform))
    return installs.install_shop(platform.name, "out.myshopify.com", outside.TOKENS, outside.SHOP), platform


@sets_up("backfill")
def a_shop_to_bring_in(context: SetUpContext) -> Job:
    shop_id = outside_shop(context)[0]
    with shop_scope(shop_id):
        return Job(shop_id, Backfill.objects.earliest("id").pk)


@sets_up("push_change")
def a_price_to_set(context: SetUpContext) -> Job:
    shop_id, platform = outside_shop(context)
    with shop_scope(shop_id):
        store_products(outside.product(3)[:1])
    test_prices.ask(shop_id)
    return Job(shop_id, test_prices.row_of(shop_id).pk, look=lambda: len(platform.calls("push_price")))
