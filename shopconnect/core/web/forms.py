"""What a page's form does when it is sent: a verb, then a sentence on the page that comes next."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from shopconnect.core.errors import Refusal


def run_and_redirect(request: HttpRequest, verb: Callable[[], None], done: str, after: str) -> HttpResponse:
    """Run a verb and go to a page, which says that it is done, or why it was refused."""
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
        return redirect(after)
    messages.success(request, done, "good")
    return redirect(after)
