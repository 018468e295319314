"""Webhooks: signed, sent again when not taken, and as unreliable as asked: doubled, shuffled, late, lost, in storms.

Which topics are sent, with which fields, stands in the app's own toml, as at Shopify; more may be asked for through the
Admin API. Those last until they fail for good; those of the toml stay whatever happens.
"""

import base64
import hashlib
import heapq
import hmac
import itertools
import json
import random
import threading
import time
import tomllib
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.doubles.shopify.clock import Clock
from tests.waiting import PATIENCE_SECONDS, until

Node = dict[str, Any]

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)  # before Shopify's eight retries within four hours, made short
TIMEOUT_SECONDS = 5.0  # as Shopify waits for an answer; a test on a busy machine lets it wait longer
AT_ONCE = 4  # webhooks of one shop under way, so that one overtakes another


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The topics of the app's toml with their fields; no fields means the whole body."""

    fields: Mapping[str, tuple[str, ...]]
    api_version: str

    @classmethod
    def of(cls, toml: Path) -> "Subscriptions":
        """Read them."""
        found = tomllib.loads(toml.read_text())["webhooks"]
        topics = {
            topic: tuple(one.get("include_fields", ()))
            for one in found["subscriptions"]
            for topic in (*one.get("topics", ()), *one.get("compliance_topics", ()))
        }
        return cls(topics, found["api_version"])


@dataclass(frozen=True, slots=True)
class WebhookSubscription:
    """A subscription that the app made through the Admin API."""

    id: str
    topic: str  # as the schema's enum writes it
    uri: str
    fields: tuple[str, ...]


@dataclass(slots=True)
class Delivery:
    """One webhook and what became of it: the status of each try."""

    topic: str
    body: bytes
    headers: dict[str, str]
    made: WebhookSubscription | None = None
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def is_taken(self) -> bool:
        """Whether it was answered with a 2xx."""
        return bool(self.statuses) and 200 <= self.statuses[-1] < 300


class Sender:
    """Sends one shop's webhooks to one address, a few at once."""

    def __init__(self, clock: Clock, shop: str, secret: str, subscriptions: Subscriptions, url: str) -> None:
        self.clock, self.shop, self.secret, self.url = clock, shop, secret, url
        self.subscriptions = subscriptions
        self.made: list[WebhookSubscription] = []
        self.sent: list[Delivery] = []
        self.doubled = self.lost = 0.0  # shares
        self.shuffled = 0  # how many wait to be sent in no order
        self.late_seconds = 0.0  # up to how long each waits before it is sent
        self.storm = 1  # how many webhooks tell of one change, each under an id of its own, as products/update does
        self.is_paused = False
        self.answer_seconds = PATIENCE_SECONDS
        self._random = random.Random(11)
        self._waiting: list[Delivery] = []
        self._due: list[tuple[float, int, int, Delivery]] = []  # when, in which order, which try, what
        self._numbers = itertools.count()
        self._unsettled = 0
        self._turn, self._ended = threading.Condition(), threading.Event()
        self._threads: list[threading.Thread] = []

    def say(self, topic: str, body: Node) -> Delivery | None:
        """Send a webhook to each subscription to its topic; returns the first, if there is one."""
        wanted = [(None, self.subscriptions.fields[topic])] if topic in self.subscriptions.fields else []
        wanted += [(made, made.fields) for made in self.made if made.topic == enum_of(topic)]
        said = [self._say(topic, body, fields, made) for made, fields in wanted for _ in range(self.storm)]
        return said[0] if said else None

    def _say(self, topic: str, body: Node, fields: tuple[str, ...], made: WebhookSubscription | None) -> Delivery:
        kept = {name: body[name] for name in fields if name in body} if fields else body
        delivery = self.make(topic, json.dumps(kept).encode())
        delivery.made = made
        if self._random.random() >= self.lost:
            for _ in range(2 if self._random.random() < self.doubled else 1):
                self._enqueue(delivery)
        return delivery

    def make(self, topic: str, body: bytes, secret: str = "") -> Delivery:
        """Return a signed webhook without sending it."""
        sign = hmac.new((secret or self.secret).encode(), body, hashlib.sha256).digest()
        return Delivery(
            topic,
            body,
            {
                "Content-Type": "application/json",
                "X-Shopify-Topic": topic,
                "X-Shopify-Shop-Domain": self.shop,
                "X-Shopify-Hmac-Sha256": base64.b64encode(sign).decode(),
                "X-Shopify-API-Version": self.subscriptions.api_version,
                "X-Shopify-Webhook-Id": str(uuid.uuid4()),
                "X-Shopify-Event-Id": str(uuid.uuid4()),
                "X-Shopify-Triggered-At": self.clock.nanoseconds(),
            },
        )

    def flush(self) -> None:
        """Send what waits to be shuffled."""
        with self._turn:
            waiting, self._waiting = self._waiting, []
        self._random.shuffle(waiting)
        for delivery in waiting:
            self._put(delivery)

    def wait(self, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait until every webhook was taken or given up."""
        self.flush()
        return bool(until(lambda: not self._unsettled, seconds=seconds))

    def stop(self) -> None:
        """End the threads; what is not taken by now is given up."""
        self._ended.set()
        with self._turn:
            self._turn.notify_all()
        for thread in self._threads:
            thread.join(10)

    def send(self, delivery: Delivery) -> int:
        """Send a webhook once, now; returns the status (0: no answer)."""
        url = delivery.made.uri if delivery.made else self.url
        request = urllib.request.Request(url, data=delivery.body, headers=delivery.headers, method="POST")
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=self.answer_seconds) as answer:
                status = int(answer.status)
        except urllib.error.HTTPError as error:
            status = error.code
        except OSError:
            status = 0
        delivery.statuses.append(status)
        delivery.seconds.append(time.monotonic() - began)
        return status

    def _enqueue(self, delivery: Delivery) -> None:
        if not self.shuffled:
            self._put(delivery)
            return
        with self._turn:
            self._waiting.append(delivery)
            is_full = len(self._waiting) >= self.shuffled
        if is_full:
            self.flush()

    def _put(self, delivery: Delivery) -> None:
        self.sent.append(delivery)
        with self._turn:
            self._unsettled += 1
            if not self._threads:
                names = [f"hooks of {self.shop} {number}" for number in range(AT_ONCE)]
                self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
                for thread in self._threads:
                    thread.start()
        self._plan(delivery, 0, self._random.uniform(0, self.late_seconds))

    def _plan(self, delivery: Delivery, tries: int, seconds: float) -> None:
        with self._turn:
            heapq.heappush(self._due, (time.monotonic() + seconds, next(self._numbers), tries, delivery))
            self._turn.notify()

    def _work(self) -> None:
        while (due := self._next()) is not None:
            tries, delivery = due
            is_taken = 200 <= self.send(delivery) < 300
            if not is_taken and tries < len(PAUSES):
                self._plan(delivery, tries + 1, PAUSES[tries])
                continue
            with self._turn:
                if not is_taken and delivery.made in self.made:
                    self.made.remove(delivery.made)
                self._unsettled -= 1

    def _next(self) -> tuple[int, Delivery] | None:
        """Return what is due, when it is: which try, and what; None at the end."""
        with self._turn:
            while not self._ended.is_set():
                left = self._due[0][0] - time.monotonic() if self._due else None
                if left is not None and left <= 0 and not self.is_paused:
                    return heapq.heappop(self._due)[2:]
                self._turn.wait(0.01 if self.is_paused else left)
            return None


def enum_of(topic: str) -> str:
    """Return a topic as the schema's enum writes it."""
    return topic.replace("/", "_").upper()
