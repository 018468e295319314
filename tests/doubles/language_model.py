"""An OpenAI-compatible endpoint that says whatever it is told to, in its form or in none."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from tests.doubles.local_server import LocalServer, QuietHandler

KEY, NAME, REGION = "key-of-the-double", "small-1", "Paris, France"
LARGE = b"x" * 65_536


def completion(content: str) -> bytes:
    """The body in which an endpoint wraps what its model wrote."""
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({"id": "chatcmpl-1", "object": "chat.completion", "choices": [choice]}).encode()


class LanguageModelDouble:
    """On a port of this machine while it is entered; `questions` are what it was asked, as JSON."""

    def __init__(self) -> None:
        self.questions: list[dict[str, Any]] = []
        self.bodies: list[str] = []
        self.status, self.is_endless, self.is_slow = 200, False, False
        self.released = threading.Event()
        self.body: Callable[[dict[str, Any]], bytes] = lambda _question: completion("{}")

    def says(self, **said: Any) -> None:
        """Have it answer each question with a JSON object."""
        self.body = lambda _question: completion(json.dumps(said))

    def writes(self, content: str) -> None:
        """Have its model write a text, whatever it is."""
        self.body = lambda _question: completion(content)

    def sends(self, body: bytes) -> None:
        """Have it send a body, whatever it is."""
        self.body = lambda _question: body

    def __enter__(self) -> Self:
        self._server = _Server(_Handler)
        self._server.double = self
        self._server.begin()
        self.url = f"{self._server.url}/v1"
        return self

    def __exit__(self, *raised: object) -> None:
        self.released.set()
        self._server.end()


class _Server(LocalServer):
    double: LanguageModelDouble


class _Handler(QuietHandler):
    server: _Server

    def do_POST(self) -> None:
        double = self.server.double
        sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = json.loads(sent)
        is_right = (
            self.path == "/v1/chat/completions"
            and self.headers.get("Authorization") == f"Bearer {KEY}"
            and asked["model"] == NAME
            and [one["role"] for one in asked["messages"]] == ["system", "user"]
        )
        double.bodies.append(sent)
        double.questions.append(json.loads(asked["messages"][1]["content"]))
        if double.is_slow:
            double.released.wait()
        body = double.body(double.questions[-1])
        with suppress(OSError):  # of who went meanwhile
            self._answer(double, is_right, body)

    def _answer(self, double: LanguageModelDouble, is_right: bool, body: bytes) -> None:
        self.send_response(double.status if is_right else 401)
        if double.is_endless:
            self.end_headers()
            while True:
                self.wfile.write(LARGE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
