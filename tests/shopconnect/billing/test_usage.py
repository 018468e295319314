"""What a shop uses is counted at the gateway and written each minute; at the plan's end the simple rule answers."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from redis.exceptions import ConnectionError as RedisAway

from chatbot.answers.faq import store_entries
from chatbot.answers.models import Message
from chatbot.answers.types import ANSWERS
from recommender.products.types import SUGGESTIONS
from shopconnect.accounts.types import Role
from shopconnect.billing import plans, usage
from shopconnect.billing.models import MonthUsage
from shopconnect.core.cache.redis import client as redis_client
from shopconnect.core.clock import now
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications.models import Notice
from shopconnect.notifications.notices import sentence
from shopconnect.shops import installs
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets import limits, visits
from shopconnect.widgets.services import fronts
from shopconnect.widgets.types import Rate
from tests.chatbot.answers.conftest import FAQ
from tests.recommender.products.shops import fill_shop, train
from tests.shopconnect.billing.test_plans import PlainBilling
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, PlainPlatform, tokens

FREE = plans.plan_of(plans.FREE).most


@pytest.fixture(autouse=True)
def _fresh(offer):
    fronts.forget()
    limits.forget()
    visits.forget()
    redis_client().flushdb()
    offer(PlainPlatform(), billings=[PlainBilling()])
    yield
    fronts.forget()
    limits.forget()
    visits.forget()


@pytest.fixture
def learnt(db):
    """A shop on the free plan that was learnt, with a FAQ."""
    shop_id = installs.install_shop(NAME, SHOP, tokens(), DRAFT)
    fill_shop(shop_id)
    train(shop_id)
    with shop_scope(shop_id):
        store_entries(FAQ)
    return shop_id


@pytest.fixture
def paying(db):
    """A shop on the free plan."""
    return installs.install_shop(NAME, SHOP, tokens(), DRAFT)


def ask(shop_id, name="shelf", body=None, network=1, **headers):
    address = f"/w/{keys_of_shop(shop_id, KeyKind.WIDGET)[0]}/{name}"
    shopper = Client(headers={"origin": "https://lumen.example", **headers}, REMOTE_ADDR=f"198.51.100.{network}")
    if body is None:
        return shopper.get(address, {"product": "p12", "lang": "en"})
    return shopper.post(address, {"lang": "en"} | body, content_type="application/json")


def used(shop_id, meter=SUGGESTIONS):
    with shop_scope(shop_id):
        return sum(MonthUsage.objects.filter(meter=meter).values_list("count", flat=True))


def write(shop_id):
    """Have the minute pass, and some call take along what was noted."""
    limits.count_call(shop_id, "events", "somebody", Rate(1000))
    return usage.write_usage()


def use(shop_id, count, meter=SUGGESTIONS):
    """Have a shop use something many times, and the minute pass."""
    pipe = redis_client().pipeline()
    usage.add_use(pipe, shop_id, meter, count)
    pipe.execute()
    usage.write_usage()
    fronts.forget()


def told(shop_id):
    with shop_scope(shop_id):
        return list(Notice.objects.filter(kind__startswith="usage").order_by("id").values_list("kind", flat=True))


def test_what_is_used_is_counted_once_and_written_by_the_minute(learnt, shop):
    for network in (1, 2, 3):
        assert ask(learnt, network=network).status_code == 200
    assert used(learnt) == 0
    assert write(learnt) == 1
    assert write(learnt) == 0
    assert used(learnt) == 3
    assert used(shop) == 0
    ask(learnt, network=4)
    write(learnt)
    assert used(learnt) == 4


def test_one_address_is_one_visit_in_half_an_hour_however_busy(learnt):
    with time_machine.travel(datetime(2026, 11, 25, 10, tzinfo=UTC), tick=False) as clock:
        for _ in range(100):
            ask(learnt)
        visits.forget()  # another process, which knows nothing of it
        ask(learnt)
        write(learnt)
        assert used(learnt) == 1
        clock.shift(timedelta(minutes=31))
        redis_client().delete(*redis_client().keys(f"shop:{learnt}:used:*"))  # Redis goes by a clock of its own
        ask(learnt)
        write(learnt)
        assert used(learnt) == 2


def test_robots_and_what_is_refused_or_empty_use_nothing_up(paying, learnt):
    ask(learnt, **{"user-agent": "Googlebot/2.1"})
    assert ask(learnt, "chat", {"text": " "}).status_code == 400
    address = f"/w/{keys_of_shop(learnt, KeyKind.WIDGET)[0]}/shelf"
    assert Client(headers={"origin": "https://lumen.example"}).get(address, {"shelf": "none"}).status_code == 400
    write(learnt)
    assert used(learnt) == used(learnt, ANSWERS) == 0
    assert ask(learnt).status_code == 200
    write(learnt)
    assert used(learnt) == 1


def test_messages_of_one_flood_use_up_one_conversation_at_most(paying):
    assert [ask(paying, "chat", {"text": " "}).status_code for _ in range(30)] == [400] * 30
    write(paying)
    assert used(paying, ANSWERS) == 0
    assert {ask(paying, "chat", {"text": "Hello?"}).status_code for _ in range(9)} <= {200, 202}
    write(paying)
    assert used(paying, ANSWERS) == 1


def test_owners_hear_of_a_day_that_uses_far_more_than_the_days_before(paying):
    make_member(paying, Role.OWNER)
    began = datetime(2026, 11, 20, 10, tzinfo=UTC)
    for day, count in enumerate((60, 40, 50, 199, 500, 10)):
        with time_machine.travel(began + timedelta(days=day), tick=False):
            use(paying, count)
            use(paying, 1)
    assert told(paying) == ["usage_surge"]
    with shop_scope(paying):
        row = Notice.objects.get()
        assert (row.params["day"], row.params["count"], row.params["usual"]) == ("2026-11-24", "500", "88")
        assert "500 counted today, compared with 88 on a usual day" in sentence(row.kind, row.params)


def test_asking_what_became_of_a_message_is_no_message(paying):
    asked = ask(paying, "chat", {"text": "Hello?"}).json()
    known = {name: asked[name] for name in ("conversation", "exchange")}
    assert ask(paying, "reply", known).status_code in (200, 202)
    write(paying)
    assert used(paying, ANSWERS) == 1


@pytest.mark.parametrize(
    ("count", "notices"),
    [
        (FREE[SUGGESTIONS] * 79 // 100, []),
        (FREE[SUGGESTIONS] * 80 // 100, ["usage_near"]),
        (FREE[SUGGESTIONS], ["usage_full"]),
    ],
)
def test_owners_are_told_at_80_and_at_100_percent_and_only_then(paying, count, notices):
    make_member(paying, Role.OWNER)
    use(paying, count)
    assert told(paying) == notices
    use(paying, 1)
    assert told(paying) == notices


def test_who_goes_from_80_to_100_is_told_twice_each_once(paying):
    make_member(paying, Role.OWNER)
    for count in (4_000, 900, 100, 50):
        use(paying, count)
    assert told(paying) == ["usage_near", "usage_full"]


def test_beyond_the_plan_shelves_show_what_sells_and_not_what_is_learnt(learnt):
    assert ask(learnt).json()["title"] == "You may also like"
    use(learnt, FREE[SUGGESTIONS] - 2)
    assert ask(learnt, network=2).json()["title"] == "You may also like"  # the very last one
    shelf = ask(learnt, network=3).json()
    assert shelf["title"] == "Best sellers right now"
    assert len(shelf["items"]) == 4
    assert "p12" not in [item["id"] for item in shelf["items"]]


def test_beyond_the_plan_the_assistant_answers_word_for_word_or_offers_a_person(learnt):
    use(learnt, FREE[ANSWERS], ANSWERS)
    exact = ask(learnt, "chat", {"text": " how do I return an item? "}).json()
    assert (exact["outcome"], exact["text"]) == ("answer", "Within 30 days.")
    other = ask(learnt, "chat", {"text": "I would like to return this item, how?"}).json()
    assert other["outcome"] == "hand_over"
    with shop_scope(learnt):
        assert Message.objects.filter(text="I would like to return this item, how?").count() == 1
    assert ask(learnt, "chat", {"human": True}).json()["outcome"] == "hand_over"


def test_a_new_month_begins_at_nothing(learnt):
    use(learnt, FREE[SUGGESTIONS] + 1)
    assert ask(learnt).json()["title"] == "Best sellers right now"
    with shop_scope(learnt):
        MonthUsage.objects.update(month=usage.month_of(now()).replace(year=2025))
    fronts.forget()
    assert ask(learnt).json()["title"] == "You may also like"


def test_a_shop_without_billing_is_never_over(shop):
    use(shop, 10 * FREE[SUGGESTIONS])
    front = fronts.get(keys_of_shop(shop, KeyKind.WIDGET)[0])
    assert not front.is_over_plan(SUGGESTIONS, 10**9)
    assert used(shop) == 10 * FREE[SUGGESTIONS]


def test_with_redis_away_shelves_go_on_and_nothing_is_counted(learnt, monkeypatch):
    def away(*_: object) -> None:
        raise RedisAway

    with monkeypatch.context() as broken:
        broken.setattr(limits, "quick_client", away)
        assert ask(learnt).json()["title"] == "You may also like"
        broken.setattr(usage, "client", away)
        with pytest.raises(RedisAway):
            usage.write_usage()
    write(learnt)
    assert used(learnt) <= 1  # what was noted meanwhile goes along later, or is lost


def test_the_use_of_a_shop_that_was_erased_meanwhile_holds_nobody_up(paying, shop):
    for shop_id in (987_654, paying):
        pipe = redis_client().pipeline()
        usage.add_use(pipe, shop_id, SUGGESTIONS)
        pipe.execute()
    assert usage.write_usage() == 1
    assert used(paying) == 1
