"""The benches of the chat, of events and of webhooks, and what every bench needs that calls the running site."""

import json
import math
import random
import threading
from collections.abc import Sequence
from dataclasses import replace

from chatbot.answers.selectors import iter_entries, iter_test_questions
from chatbot.answers.services import ask_person, erase_conversations
from chatbot.answers.transcripts.selectors import list_conversations
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.embedded.places import free_port
from shopconnect.measure.bench.effect_times import measure_effect_times
from shopconnect.measure.bench.figures import percentile, ratio
from shopconnect.measure.bench.order_times import measure_order_times
from shopconnect.measure.bench.processor import TICK
from shopconnect.measure.bench.servers import BenchServers, start_servers
from shopconnect.measure.bench.throwaway import throwaway_shop
from shopconnect.measure.bench.types import NOTHING_SEEN, Figures, NothingToMeasure, Request, Seen, Tell
from shopconnect.platforms.registry import BenchSource
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.types import KeyKind
from shopconnect.widgets.visitors import sign_visitor

# /healthz asks nobody and passes all the middleware that a shelf does.
YARDSTICK = Request("GET", "/healthz")
YARDSTICK_RATE = 200.0
MOST_QUESTIONS, CHATS, A_PAGE = 200, 300, 1000
VISITS, EVENTS_A_BATCH = 1000, 5
ROUNDS, WARM_SECONDS, IDLE_SECONDS, CAPACITY_SECONDS = 2, 1.0, 1.0, 2.0


def bench_chat(shop_id: ShopId, rate: float, seconds: float, tell: Tell) -> Figures:
    """Measure messages in CHATS open chats, a worker's part included, against a view that does nothing.

    Before that, what it takes to tell where an order stands, and what a draft would do. What was said is erased from
    the shop afterwards. Raises NothingToMeasure for a shop without FAQ.
    """
    orders, effect = measure_order_times(tell), measure_effect_times(shop_id, tell)
    last, seen = _last_conversation(shop_id), NOTHING_SEEN
    with start_servers(tell, with_worker=True) as servers:
        messages = messages_of(shop_id, servers.site)
        idle = idle_share(servers)
        try:
            messages, seen = _in_open_chats(shop_id, messages)
            seen = seen.joined_with(warm(messages, servers, rate, keep="exchange"))
            yardstick, chat = Course(servers, [YARDSTICK], YARDSTICK_RATE), Course(servers, messages, rate, "exchange")
            tell(f"Nothing, {YARDSTICK_RATE:g} a second; then messages, {rate:g} a second")
            yardstick.run(min(seconds, 5.0))
            chat.run(seconds)
            seen = seen.joined_with(chat.seen)
        finally:
            _erase(shop_id, last, set(seen.values))
    return {
        "rate": rate,
        "calls": chat.seen.calls,
        "answered_share": chat.seen.share(200),
        "error_share": 1.0 - chat.seen.share(200, 202),
        "p50": percentile(chat.seen.milliseconds, 0.5),
        "p95": percentile(chat.seen.milliseconds, 0.95),
        "p99": percentile(chat.seen.milliseconds, 0.99),
        "late_p99": percentile(chat.seen.late, 0.99),
        **orders,
        **effect,
        "cpu_milliseconds": chat.cpu_milliseconds,
        **chat.cpu_by_part(),
        "yardstick_cpu_milliseconds": yardstick.cpu_milliseconds,
        "ratio": ratio(chat.cpu_milliseconds, yardstick.cpu_milliseconds),
        "idle_cpu_share": idle,
    }


def bench_events(rate: float, seconds: float, tell: Tell) -> Figures:
    """Measure batches of what shoppers did, each of another visit, against a view that does nothing; milliseconds.

    They are of a throwaway shop, and wait in the bench's own Redis, which is emptied: no table gets a row of them.
    """
    with throwaway_shop() as shop_id, start_servers(tell) as servers:
        batches = batches_of(shop_id, servers.site)
        idle = idle_share(servers)
        warm([YARDSTICK, *batches], servers, rate)
        yardstick, events = Course(servers, [YARDSTICK], rate), Course(servers, batches, rate)
        for number in range(ROUNDS):
            tell(f"Round {number + 1} of {ROUNDS}: nothing, then batches of events, {rate:g} a second")
            yardstick.run(seconds / ROUNDS)
            events.run(seconds / ROUNDS)
    return {
        "rate": rate,
        "calls": events.seen.calls,
        "answered_share": events.seen.share(202),
        "p50": percentile(events.seen.milliseconds, 0.5),
        "p99": percentile(events.seen.milliseconds, 0.99),
        "yardstick_p50": percentile(yardstick.seen.milliseconds, 0.5),
        "yardstick_p99": percentile(yardstick.seen.milliseconds, 0.99),
        "late_p99": percentile(events.seen.late, 0.99),
        "cpu_milliseconds": events.cpu_milliseconds,
        **events.cpu_by_part(),
        "yardstick_cpu_milliseconds": yardstick.cpu_milliseconds,
        "ratio": ratio(events.cpu_milliseconds, yardstick.cpu_milliseconds),
        "idle_cpu_share": idle,
    }


def bench_webhooks(name: str, source: BenchSource, rate: float, seconds: float, tell: Tell) -> Figures:
    """Measure webhooks that come in, each a new one, against a view that does nothing; in (CPU) milliseconds.

    Then once more with Redis away. They go to a throwaway shop, which is erased with them. What comes of them
    afterwards is not measured here.
    """
    app = source.environment()
    with throwaway_shop(name, source):
        with start_servers(tell, variables=app) as servers:
            idle = idle_share(servers)
            warm([YARDSTICK, *webhooks_of(source, rate * WARM_SECONDS)], servers, rate)
            yardstick, webhooks = Course(servers, [YARDSTICK], rate), Course(servers, [], rate)
            for number in range(ROUNDS):
                tell(f"Round {number + 1} of {ROUNDS}: nothing, then webhooks, {rate:g} a second")
                yardstick.run(seconds / ROUNDS)
                webhooks.run(seconds / ROUNDS, webhooks_of(source, rate * seconds / ROUNDS))
        with start_servers(tell, variables=app | {"REDIS_URL": f"redis://127.0.0.1:{free_port()}/0"}) as servers:
            tell("The same webhooks while Redis is away")
            warm(webhooks_of(source, rate * WARM_SECONDS), servers, rate)
            alone = servers.drive(webhooks_of(source, rate * seconds / ROUNDS), rate, seconds / ROUNDS)
    return {
        "rate": rate,
        "calls": webhooks.seen.calls,
        "answered_share": webhooks.seen.share(200),
        "p50": percentile(webhooks.seen.milliseconds, 0.5),
        "p99": percentile(webhooks.seen.milliseconds, 0.99),
        "yardstick_p50": percentile(yardstick.seen.milliseconds, 0.5),
        "yardstick_p99": percentile(yardstick.seen.milliseconds, 0.99),
        "late_p99": percentile(webhooks.seen.late, 0.99),
        "answered_share_without_redis": alone.share(200),
        "p50_without_redis": percentile(alone.milliseconds, 0.5),
        "p99_without_redis": percentile(alone.milliseconds, 0.99),
        "cpu_milliseconds": webhooks.cpu_milliseconds,
        **webhooks.cpu_by_part(),
        "yardstick_cpu_milliseconds": yardstick.cpu_milliseconds,
        "ratio": ratio(webhooks.cpu_milliseconds, yardstick.cpu_milliseconds),
        "idle_cpu_share": idle,
    }


class Course:
    """Some requests at a rate: all that was seen of them, and the processor time they took."""

    def __init__(self, servers: BenchServers, requests: Sequence[Request], rate: float, keep: str = "") -> None:
        self._servers, self._requests, self._rate, self._keep = servers, requests, rate, keep
        self.seen, self._cpu_seconds = NOTHING_SEEN, dict.fromkeys(servers.roots, 0.0)

    def run(self, seconds: float, requests: Sequence[Request] = ()) -> None:
        before = self._servers.cpu_seconds()
        seen = self._servers.drive(requests or self._requests, self._rate, seconds, self._keep)
        self.seen = self.seen.joined_with(seen)
        for name, seconds in self._servers.cpu_seconds().items():
            self._cpu_seconds[name] += seconds - before[name]

    @property
    def cpu_milliseconds(self) -> float:
        return 1000 * max(sum(self._cpu_seconds.values()), TICK) / max(self.seen.calls, 1)

    def cpu_by_part(self) -> Figures:
        """Return the CPU milliseconds a call of each part, by the name of the figure."""
        share = 1000 / max(self.seen.calls, 1)
        return {f"{name}_cpu_milliseconds": share * seconds for name, seconds in self._cpu_seconds.items()}


def messages_of(shop_id: ShopId, site: str) -> list[Request]:
    """Return messages that shoppers might write: the shop's test questions, else what its FAQ asks itself."""
    with shop_scope(shop_id):
        questions = [(one.language, one.text) for one in iter_test_questions()]
        questions = questions or [(entry.language, entry.question) for entry in iter_entries()]
    if not questions:
        raise NothingToMeasure("The shop has no FAQ, so there is nothing to ask.")
    # In an order drawn by chance, the same each time: a shop's questions stand language by language, and each language
    # has its own price.
    chosen = random.Random(0).sample(questions, min(len(questions), MOST_QUESTIONS))  # noqa: S311
    headers = {"content-type": "application/json", "origin": site}
    path = f"/w/{public_key(shop_id)}/chat"
    return [Request("POST", path, json.dumps({"text": text, "lang": language}), headers) for language, text in chosen]


def _in_open_chats(shop_id: ShopId, messages: Sequence[Request]) -> tuple[list[Request], Seen]:
    """Return the messages in CHATS conversations that are open already, and what opened those."""
    opened, exchanges = [], []
    for number in range(CHATS):
        message = messages[number % len(messages)]
        body = json.loads(message.body or "{}")
        reply, token = ask_person(shop_id, None, body["lang"])
        opened.append(replace(message, body=json.dumps({**body, "conversation": token})))
        exchanges.append(reply.exchange)
    return opened, Seen((), (), {}, tuple(exchanges))


def batches_of(shop_id: ShopId, site: str) -> list[Request]:
    """Return what the pages of some visits tell, once each shopper has said yes."""
    path, headers = f"/w/{public_key(shop_id)}/events", {"content-type": "application/json", "origin": site}
    milliseconds = int(1000 * now().timestamp())
    batches = []
    for visit in range(VISITS):
        events = [
            # A UUID of version 7: the moment, and behind it a number in place of chance.
            {"id": f"{milliseconds:012x}7000{2**63 + visit * EVENTS_A_BATCH + number:016x}", "name": "page_view"}
            for number in range(EVENTS_A_BATCH)
        ]
        visitor = sign_visitor(shop_id, f"{visit:032x}")
        body = {"consent": "granted", "visit": f"visit-{visit:04}", "visitor": visitor, "events": events}
        batches.append(Request("POST", path, json.dumps(body), headers))
    return batches


def webhooks_of(source: BenchSource, count: float) -> list[Request]:
    """Return so many webhooks, all signed and each another delivery."""
    calls = map(source.make_webhook, range(math.ceil(count)))
    return [Request("POST", call.path, call.body, call.headers) for call in calls]


def public_key(shop_id: ShopId) -> str:
    return keys_of_shop(shop_id, KeyKind.WIDGET)[0]


def idle_share(servers: BenchServers) -> float:
    """Return how much of a core the site takes while nobody calls; much of it is somebody else on the same servers."""
    before = servers.cpu_seconds()
    threading.Event().wait(IDLE_SECONDS)
    return (sum(servers.cpu_seconds().values()) - sum(before.values())) / IDLE_SECONDS


def warm(requests: Sequence[Request], servers: BenchServers, rate: float, keep: str = "") -> Seen:
    """Have each web process find the shop and map what it serves."""
    return servers.drive(requests, rate, WARM_SECONDS, keep)


def capacity_for(requests: Sequence[Request], servers: BenchServers) -> float:
    """Return how many of these a second site and driver get through together, each call as soon as one was answered."""
    seen = servers.drive(requests, 0.0, CAPACITY_SECONDS)
    return seen.statuses.get(200, 0) / CAPACITY_SECONDS


def _last_conversation(shop_id: ShopId) -> int:
    last = 0
    with shop_scope(shop_id):
        while page := list_conversations(last, A_PAGE):
            last = page[-1][0]
    return last


def _erase(shop_id: ShopId, after: int, exchanges: set[str]) -> None:
    """Erase the conversations after a row that hold one of these exchanges, and nobody else's."""
    with shop_scope(shop_id):
        last, ours = after, []
        while page := list_conversations(last, A_PAGE):
            last = page[-1][0]
            ours += [row for row, talk in page if exchanges & {one.exchange for one in talk.exchanges}]
        erase_conversations(ours)
