"""While the demo's shop comes in, every page that a person may open is the one that shows it coming in."""

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from shopconnect.core.setup_progress import StageProgress, read_setup_progress
from shopconnect.core.web.types import GetResponse
from shopconnect.demo.types import DemoStage
from shopconnect.platforms.registry import list_urls

# Programs are answered as always, and so is whoever chooses a language; a platform needs its paths to bring a shop in.
WATCHED = ("/healthz", "/readyz", "/metrics", "/csp-reports", "/.well-known/")
OPEN = (*WATCHED, "/static/", "/w/", "/api/", "/hooks/", "/language/")


class ShopComesFirst:
    """Lets nobody in before there is somebody to be; asks neither database nor Redis, which may not be there yet."""

    def __init__(self, answer: GetResponse) -> None:
        if not settings.DEMO:
            raise MiddlewareNotUsed
        self.answer = answer
        self.open = (*OPEN, *(f"/{prefix}" for prefix, _module in list_urls()))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Show what is done and what is still to come, at the one address of that page."""
        if request.path.startswith(self.open):
            return self.answer(request)
        steps = read_setup_progress(settings.DATA_FOLDER)
        if not steps or is_let_in(steps):
            return self.answer(request)
        if request.path != "/":
            return redirect("/")
        page = render(request, "demo/coming.html", {"steps": steps})
        page["Cache-Control"] = "no-store"
        return page


def is_let_in(steps: tuple[StageProgress, ...]) -> bool:
    """Whether the people who show the demo can sign in already, though something may still be under way."""
    return any(step.stage == DemoStage.ACCOUNTS and step.is_done for step in steps)
