"""Hooks: signed, sent again when not taken, and as unreliable as asked: doubled, shuffled, late, lost.

Which topics are sent, with which fields, stands in the app's own toml, as at Shopify.
"""

import base64
import hashlib
import hmac
import json
import queue
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

Node = dict[str, Any]

PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)  # Shopify's eight tries within four hours, made short
TIMEOUT_SECONDS = 5.0


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


@dataclass(slots=True)
class Delivery:
    """One hook and what became of it: the status of each try."""

    topic: str
    body: bytes
    headers: dict[str, str]
    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def is_taken(self) -> bool:
        """Whether it was answered with a 2xx."""
        return bool(self.statuses) and 200 <= self.statuses[-1] < 300


class Sender:
    """Sends one shop's hooks to one address, in a thread of its own."""

    def __init__(self, clock: Clock, shop: str, secret: str, subscriptions: Subscriptions, url: str) -> None:
        self.clock, self.shop, self.secret, self.url = clock, shop, secret, url
        self.subscriptions = subscriptions
        self.sent: list[Delivery] = []
        self.doubled = self.lost = 0.0  # shares
        self.shuffled = 0  # how many wait to be sent in no order
        self.is_paused = False
        self._random = random.Random(11)
        self._waiting: list[Delivery] = []
        self._queue: queue.Queue[Delivery | None] = queue.Queue()
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._work, name=f"hooks of {self.shop}", daemon=True)
        self._thread.start()

    def say(self, topic: str, body: Node) -> Delivery | None:
        """Send a hook, if the app asked for its topic."""
        fields = self.subscriptions.fields.get(topic)
        if fields is None:
            return None
        kept = {name: body[name] for name in fields if name in body} if fields else body
        delivery = self.make(topic, json.dumps(kept).encode())
        if self._random.random() < self.lost:
            return delivery
        for _ in range(2 if self._random.random() < self.doubled else 1):
            self._enqueue(delivery)
        return delivery

    def make(self, topic: str, body: bytes, secret: str = "") -> Delivery:
        """Return a signed hook without sending it."""
        sign = hmac.new((secret or self.secret).encode(), body, hashlib.sha256).digest()
        return Delivery(topic, body, {
            "Content-Type": "application/json", "X-Shopify-Topic": topic, "X-Shopify-Shop-Domain": self.shop,
            "X-Shopify-Hmac-Sha256": base64.b64encode(sign).decode(),
            "X-Shopify-API-Version": self.subscriptions.api_version, "X-Shopify-Webhook-Id": str(uuid.uuid4()),
            "X-Shopify-Event-Id": str(uuid.uuid4()), "X-Shopify-Triggered-At": self.clock.nanoseconds(),
        })  # fmt: skip

    def flush(self) -> None:
        """Send what waits to be shuffled."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        self._random.shuffle(waiting)
        for delivery in waiting:
            self._put(delivery)

    def wait(self, seconds: float = 30.0) -> bool:
        """Wait until every hook was taken or given up."""
        self.flush()
        ends = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < ends:
            threading.Event().wait(0.01)
        return not self._queue.unfinished_tasks

    def stop(self) -> None:
        """End the thread; what is not taken by now is given up."""
        self._ended.set()
        self._queue.put(None)
        self._thread.join(10)

    def send(self, delivery: Delivery) -> int:
        """Send a hook once, now; returns the status (0: no answer)."""
        request = urllib.request.Request(self.url, data=delivery.body, headers=delivery.headers, method="POST")
        began = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
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
        with self._lock:
            self._waiting.append(delivery)
            is_full = len(self._waiting) >= self.shuffled
        if is_full:
            self.flush()

    def _put(self, delivery: Delivery) -> None:
        self.sent.append(delivery)
        self._queue.put(delivery)

    def _work(self) -> None:
        while True:
            delivery = self._queue.get()
            try:
                if delivery is None:
                    return
                self._try(delivery)
            finally:
                self._queue.task_done()

    def _try(self, delivery: Delivery) -> None:
        for pause in (*PAUSES, None):
            while self.is_paused and not self._ended.wait(0.01):
                pass
            if self._ended.is_set() or 200 <= self.send(delivery) < 300 or pause is None:
                return
            self._ended.wait(pause)
