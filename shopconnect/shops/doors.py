"""Who may pass a merchant's door: each view says so, and a test demands it of every address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shopconnect.core.tenancy import ShopId
from shopconnect.shops import selectors
from shopconnect.shops.types import Role

View = Callable[..., HttpResponse]
SHOP_IN_SESSION = "shop_id"


def guarded(guard: str) -> Callable[[View], View]:
    """Name who may pass: public, member, operator, shopper or token; the wall test reads it."""

    def mark(view: View) -> View:
        view.guard = guard  # type: ignore[attr-defined]
        return view

    return mark


public = guarded("public")


def member_required(*roles: Role) -> Callable[[View], View]:
    """Let members of the chosen shop pass, with these roles or with any when none is named.

    Sets request.shop_id and request.member. Others are asked to sign in, told that they have no shop yet, or that
    their role does not allow it.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def check(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            members = selectors.memberships_of(request.user.pk)
            if not members:
                return render(request, "shops/no_shop.html", status=403)
            chosen = request.session.get(SHOP_IN_SESSION)
            member = next((one for one in members if one.shop_id == chosen), members[0])
            request.member, request.shop_id = member, ShopId(member.shop_id)  # type: ignore[attr-defined]
            request.members = members  # type: ignore[attr-defined]
            if roles and member.role not in roles:
                return render(request, "shops/not_allowed.html", {"roles": roles}, status=403)
            return view(request, *args, **named)

        return guarded("member")(check)

    return guard


def operator_required(view: View) -> View:
    """Let operators of the system pass; for others there is nothing at this address."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_staff:
            raise Http404
        return view(request, *args, **named)

    return guarded("operator")(check)


def demo_only(view: View) -> View:
    """Serve a view only where the demo runs."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **named)

    return guarded("public")(check)
