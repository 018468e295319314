"""Where people go on who work with no shop."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def go_on_operating(request: HttpRequest) -> HttpResponse | None:
    """Have an operator of the system who works with no shop look at the system; None for others."""
    return redirect("dashboard:operator") if getattr(request.user, "is_staff", False) else None
