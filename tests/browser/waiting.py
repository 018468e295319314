"""Waiting for what a page does: until something holds, until it asks for nothing, until its last frame is drawn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.waiting import until

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
LEAVING = "() => dispatchEvent(new PageTransitionEvent('pagehide'))"


def until_page(page: Any, holds: Callable[[], Any]) -> Any:
    """Look until something holds while the page goes on."""
    return until(holds, lambda seconds: page.wait_for_timeout(1000 * seconds))


def until_true(page: Any, expression: str) -> None:
    """Look until an expression of a page or frame is true.

    Playwright's own wait_for_function looks again by `eval` in the page, which our pages forbid.
    """
    until_page(page, lambda: page.evaluate(expression))


@contextmanager
def asking_nothing(page: Any) -> Iterator[None]:
    """Do something with a page, and wait until each of its requests is answered and what came of them is drawn."""
    asked: set[Any] = set()
    over: set[Any] = set()

    def begin(request: Any) -> None:
        asked.add(request)

    def answer(response: Any) -> None:
        over.add(response.request)

    def fail(request: Any) -> None:
        over.add(request)

    heard = {"request": begin, "response": answer, "requestfailed": fail}
    for event, hear in heard.items():
        page.on(event, hear)
    yield
    until_page(page, lambda: asked <= over)
    draw(page)
    until_page(page, lambda: asked <= over)
    for event, hear in heard.items():
        page.remove_listener(event, hear)


def draw(page: Any) -> None:
    """Wait until what has happened to a page is drawn, and its observers have heard of it."""
    page.evaluate(TWO_FRAMES)


def tell_all(page: Any) -> None:
    """Have a page tell what it holds, as it does when it is left, and wait until the server has heard it."""
    with asking_nothing(page):
        page.evaluate(LEAVING)
