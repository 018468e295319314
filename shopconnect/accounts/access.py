"""Who may open a merchant's page: each view says so, and a test demands it of every address."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from shopconnect.accounts import selectors as accounts
from shopconnect.accounts.first_steps import list_first_steps
from shopconnect.accounts.types import Member, Role
from shopconnect.core.registries import registry
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.web.guards import MEMBER, OPERATOR, PUBLIC, guarded_by
from shopconnect.core.web.types import ViewFunction
from shopconnect.shops.services import timezone_of

Otherwise = Callable[[HttpRequest], HttpResponse | None]
SHOP_IN_SESSION, INVITATION_IN_SESSION = "shop_id", "invitation"

public = guarded_by(PUBLIC)

_not_signed_in: list[Otherwise] = registry([])
_without_shop: list[Otherwise] = registry([])


def when_not_signed_in(function: Otherwise) -> None:
    """Have a function answer a member's page for who is not signed in, unless it returns None; a platform names it."""
    _not_signed_in.append(function)


def when_without_shop(function: Otherwise) -> None:
    """Have a function answer a member's page for who works with no shop, unless it returns None."""
    _without_shop.append(function)


class MemberRequest(HttpRequest):
    """A request that has passed `member_required`."""

    shop_id: ShopId
    member: Member
    members: list[Member]
    forms_to: Sequence[str]


def member_required(*roles: Role) -> Callable[[ViewFunction], ViewFunction]:
    """Let members of the chosen shop pass, with these roles or with any when none is named.

    Sets request.shop_id and request.member. Others are asked to sign in, told that they have no shop yet, that their
    role does not allow it, or that the shop asks everybody for a second step.
    """

    def guard(view: ViewFunction) -> ViewFunction:
        @wraps(view)
        def check(request: Any, *args: Any, **named: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return answer_not_signed_in(request) or redirect_to_login(request.get_full_path())
            member = chosen_member(request)
            if member is None:
                return _answer_without_shop(request)
            request.member, request.shop_id = member, ShopId(member.shop_id)
            request.members = members_of_request(request)
            if member.needs_second_step and lacks_second_step(request):
                return render(request, "accounts/second_step_needed.html", status=403)
            if roles and member.role not in roles:
                return render(request, "accounts/not_allowed.html", {"needed": roles}, status=403)
            return view(request, *args, **named)

        return guarded_by(MEMBER)(check)

    return guard


def lacks_second_step(request: Any) -> bool:
    """Tell whether somebody signed in without a second step of their own; a platform's admin has its own."""
    return not request.embedded and not is_mfa_enabled(request.user)


def operator_required(view: ViewFunction) -> ViewFunction:
    """Let operators of the system pass; for others there is nothing at this address."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not getattr(request.user, "is_staff", False):
            raise Http404
        return view(request, *args, **named)

    return guarded_by(OPERATOR)(check)


def signed_in(view: ViewFunction) -> ViewFunction:
    """Let whoever has an account pass; the view works with that person's own account only.

    Staff who come through their platform's admin have none of their own.
    """

    @wraps(view)
    def check(request: Any, *args: Any, **named: Any) -> HttpResponseBase:
        if request.embedded:
            raise Http404
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **named)

    return guarded_by(MEMBER)(check)


def recently_authenticated(view: ViewFunction) -> ViewFunction:
    """Ask who is signed in for the password or the second step again, unless they gave it within minutes.

    A page is shown without it, and what it sends waits until then. A platform's admin has just said who somebody is.
    """
    guarded: ViewFunction = reauthentication_required(
        view, allow_get=True, enabled=lambda request: not getattr(request, "embedded", None)
    )
    return guarded


def demo_only(view: ViewFunction) -> ViewFunction:
    """Serve a view only where the demo runs."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **named)

    return public(check)


def chosen_member(request: HttpRequest) -> Member | None:
    """Return the person's part in the chosen shop, else in their first one, else None; asked once a request."""
    members = members_of_request(request)
    chosen = request.session.get(SHOP_IN_SESSION)
    return next((one for one in members if one.shop_id == chosen), members[0] if members else None)


def reading_zone(request: HttpRequest) -> str:
    """Return the time zone in which a person reads times: the chosen shop's, else UTC."""
    member = chosen_member(request)
    return timezone_of(ShopId(member.shop_id)) if member else "UTC"


def members_of_request(request: HttpRequest) -> list[Member]:
    """Return the person's part in each of their shops, in a frame in that shop only; asked once a request."""
    if not hasattr(request, "_members"):
        found = accounts.memberships_of(int(request.user.pk)) if request.user.is_authenticated else []
        embedded = getattr(request, "embedded", None)
        request._members = [one for one in found if not embedded or one.shop_id == embedded.shop_id]  # type: ignore[attr-defined]
    members: list[Member] = request._members  # type: ignore[attr-defined]
    return members


def next_page(request: HttpRequest, otherwise: str) -> str:
    """Return the page that a form asks to go on to, if it is one of ours: a path, and no word that names a view."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else otherwise


def _answer_without_shop(request: HttpRequest) -> HttpResponse:
    invited = request.session.get(INVITATION_IN_SESSION)
    if invited:
        return redirect("accounts:accept", token=invited)
    answer = _first_answer(_without_shop, request)
    # Home is anybody's: only what belongs to a shop is refused.
    status = 200 if request.path == "/" else 403
    return answer or render(request, "accounts/no_shop.html", {"steps": list_first_steps()}, status=status)


def answer_not_signed_in(request: HttpRequest) -> HttpResponse | None:
    """Return how a platform finds out who looks at a page, None where the page stands in no platform's admin."""
    return _first_answer(_not_signed_in, request)


def _first_answer(functions: list[Otherwise], request: HttpRequest) -> HttpResponse | None:
    return next((answer for function in functions if (answer := function(request)) is not None), None)
