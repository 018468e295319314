"""Pages about who works with a shop, what they are told, and which shop is open."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shopconnect.core.callers import household, network_address
from shopconnect.core.crypto import keyed_hash, person_key
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.guards import PUBLIC, guarded_by
from shopconnect.core.rest.limits import take_turn
from shopconnect.shops import addresses, goodbyes, history
from shopconnect.shops import members as team
from shopconnect.shops import notices as told
from shopconnect.shops.doors import INVITATION_IN_SESSION, SHOP_IN_SESSION, MemberRequest, member_required
from shopconnect.shops.letters import in_its_language
from shopconnect.shops.services import timezone_of
from shopconnect.shops.types import LINK_DAYS, LeftBecause, NoticeKind, Role

GOODBYES_A_MINUTE = 10


@member_required()
@require_POST
def switch(request: MemberRequest) -> HttpResponse:
    """Go on with another shop of the same person; one that is not theirs changes nothing."""
    chosen = request.POST.get("shop", "")
    for member in request.members:
        if member.slug == chosen:
            request.session[SHOP_IN_SESSION] = member.shop_id
    return redirect("/")


@member_required(Role.OWNER)
def members(request: MemberRequest) -> HttpResponse:
    """Show who works with the shop and who is invited."""
    people, invited = team.list_members(request.shop_id)
    owners = sum(one.role == Role.OWNER for one in people)
    context = {
        "people": people,
        "invited": invited,
        "owners": owners,
        "roles": list(Role),
        "deeds": history.list_deeds(request.shop_id),
        "zone": timezone_of(request.shop_id),
    }
    return render(request, "shops/members.html", context)


@member_required(Role.OWNER)
@require_POST
def invite(request: MemberRequest) -> HttpResponse:
    """Invite a person by e-mail."""
    email, role = request.POST.get("email", "").strip(), _role(request)
    try:
        validate_email(email)
    except ValidationError:
        messages.error(request, _("“%(text)s” is no e-mail address. Nobody was invited.") % {"text": email[:80]}, "bad")
        return redirect("shops:members")
    done = _("%(email)s is invited. The link in the e-mail holds for %(days)d days.")
    language = get_language() or "en"
    return _try(
        request,
        lambda: team.invite_member(request.shop_id, request.member.user_id, email, role, language),
        done % {"email": email, "days": team.INVITATION_DAYS},
    )


@member_required(Role.OWNER)
@require_POST
def withdraw(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    return _try(
        request,
        lambda: team.withdraw_invitation(request.shop_id, request.member.user_id, invitation_id),
        _("The invitation is withdrawn; its link no longer works."),
    )


@member_required(Role.OWNER)
@require_POST
def change(request: MemberRequest, user_id: int) -> HttpResponse:
    """Give a member another role."""
    role = _role(request)
    return _try(
        request,
        lambda: team.change_role(request.shop_id, request.member.user_id, user_id, role),
        _("The role is changed."),
    )


@member_required(Role.OWNER)
def remove(request: MemberRequest, user_id: int) -> HttpResponse:
    """Ask whether a member shall go, and on a yes remove them."""
    if request.method == "POST":
        return _try(
            request,
            lambda: team.remove_member(request.shop_id, request.member.user_id, user_id),
            _("This person no longer works with the shop."),
        )
    return _confirm(request, user_id, "shops/remove.html")


@member_required(Role.OWNER)
def hand_over(request: MemberRequest, user_id: int) -> HttpResponse:
    """Ask whether the shop shall be handed over, and on a yes do it."""
    if request.method == "POST":
        return _try(
            request,
            lambda: team.transfer_ownership(request.shop_id, request.member.user_id, user_id),
            _("The shop is handed over; your role is now: analyst."),
            "/",
        )
    return _confirm(request, user_id, "shops/hand_over.html")


@member_required()
@require_POST
def leave(request: MemberRequest) -> HttpResponse:
    """End one's own part in the shop."""
    return _try(
        request,
        lambda: team.remove_member(request.shop_id, request.member.user_id, request.member.user_id),
        _("You no longer work with this shop."),
        "/",
    )


@guarded_by(PUBLIC)
@in_its_language
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link; signed in, the person it names accepts it."""
    try:
        shop_id, invitation = team.find_invitation(token)
        if request.method == "POST" and request.user.is_authenticated:
            request.session[SHOP_IN_SESSION] = team.accept_invitation(token, request.user.pk)
            request.session.pop(INVITATION_IN_SESSION, None)
            messages.success(request, _("Welcome. You now work with this shop."), "good")
            return redirect("/")
    except Refusal as refusal:
        request.session.pop(INVITATION_IN_SESSION, None)
        return render(request, "shops/invitation.html", {"refusal": refusal.message}, status=refusal.status)
    fits = not request.user.is_authenticated or person_key(request.user.email) == invitation.email_key
    if not request.user.is_authenticated:
        # Whoever holds the link reads this mailbox: signing up with the address needs no second e-mail.
        get_adapter().stash_verified_email(request, invitation.email)
        request.session[INVITATION_IN_SESSION] = token
    context = {
        "invitation": invitation,
        "shop": team.name_of_shop(shop_id),
        "fits": fits,
        "hint": team.hint_of(invitation.email),
    }
    return render(request, "shops/invitation.html", context)


@member_required()
def notices(request: MemberRequest) -> HttpResponse:
    """Show a member's notices and which kinds come by e-mail."""
    found, by_mail = told.list_notices(request.shop_id, request.member.user_id)
    address, waiting = addresses.find_addresses(request.shop_id)
    context = {
        "found": found,
        "choices": [(kind, told.kind_word(kind), wanted) for kind, wanted in by_mail.items()],
        "zone": timezone_of(request.shop_id),
        "address": address,
        "waiting": waiting,
        "link_days": LINK_DAYS,
    }
    return render(request, "shops/notices.html", context)


@member_required(Role.OWNER)
@require_POST
def ask_address(request: MemberRequest) -> HttpResponse:
    """Send a link to where the shop wants to be written to."""
    email = request.POST.get("email", "").strip()
    try:
        validate_email(email)
    except ValidationError:
        messages.error(request, _("“%(text)s” is no e-mail address. Nothing was sent.") % {"text": email[:80]}, "bad")
        return redirect("shops:notices")
    done, language = _("A link is on its way to %(email)s. Follow it there."), get_language() or "en"
    return _try(
        request,
        lambda: addresses.ask_address(request.shop_id, request.member.user_id, email, language),
        done % {"email": email},
        "shops:notices",
    )


@member_required(Role.OWNER)
@require_POST
def cancel_address(request: MemberRequest) -> HttpResponse:
    """Give up an address that nobody confirmed yet."""
    return _try(
        request,
        lambda: addresses.cancel_address(request.shop_id, request.member.user_id),
        _("The link that was sent no longer works."),
        "shops:notices",
    )


@member_required(Role.OWNER)
@require_POST
def forget_address(request: MemberRequest) -> HttpResponse:
    """Write to the shop's address no more."""
    return _try(
        request,
        lambda: addresses.forget_address(request.shop_id, request.member.user_id),
        _("The address is forgotten. Nothing more is sent there."),
        "shops:notices",
    )


@guarded_by(PUBLIC)
@in_its_language
def confirm_address(request: HttpRequest, signed: str) -> HttpResponse:
    """Show who opens the link of an e-mail what would be written to them, and on a yes begin to."""
    try:
        if request.method == "POST":
            addresses.confirm_address(signed)
        shop, is_confirmed = addresses.read_link(signed)
        return render(request, "shops/confirm_address.html", {"shop": shop, "confirmed": is_confirmed})
    except Missing as refusal:
        return render(request, "shops/confirm_address.html", {"refusal": refusal.message}, status=404)


@guarded_by(PUBLIC)
@in_its_language
def goodbye(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask who opens the link of a good-bye why the shop left, and keep what they say."""
    try:
        if request.method == "POST":
            _take_turn(request, "goodbye", GOODBYES_A_MINUTE)
            goodbyes.say_goodbye(signed, request.POST.get("because", ""), request.POST.get("saying", ""))
            return render(request, "shops/goodbye.html", {"said": True})
        reasons = [(reason.value, goodbyes.reason_word(reason)) for reason in LeftBecause]
        context = {"goodbye": goodbyes.read_goodbye(signed), "reasons": reasons, "most": goodbyes.MOST_CHARACTERS}
        return render(request, "shops/goodbye.html", context)
    except Refusal as refusal:
        return render(request, "shops/goodbye.html", {"refusal": refusal}, status=refusal.status)


@member_required()
@require_POST
def choose(request: MemberRequest) -> HttpResponse:
    """Keep which kinds of notices come by e-mail."""
    wanted = set(request.POST.getlist("by_mail"))
    for kind in NoticeKind:
        told.choose_mail(request.shop_id, request.member.user_id, kind, kind.value in wanted)
    messages.success(request, _("Your choice is kept."), "good")
    return redirect("shops:notices")


@csrf_exempt  # a mail program presses this button (RFC 8058), signed by the link itself
@guarded_by(PUBLIC)
@in_its_language
def stop(request: HttpRequest, signed: str) -> HttpResponse:
    """Stop a kind of notice by e-mail: asked of people, done at once for mail programs."""
    try:
        if request.method == "POST":
            return render(request, "shops/stopped.html", {"kind": told.kind_word(told.stop_mail(signed))})
        return render(request, "shops/stop.html", {"kind": told.kind_word(told.read_stop_link(signed)[2])})
    except Missing as refusal:
        return render(request, "shops/stop.html", {"refusal": refusal.message}, status=404)


def _take_turn(request: HttpRequest, door: str, calls: int) -> None:
    """Let a caller pass a door some times a minute; raises Refusal: too_often."""
    caller = keyed_hash(f"caller:{household(network_address(request))}")
    if not take_turn(f"{door}:{caller}", calls).is_allowed:
        raise Refusal("too_often", _("That was a lot at once. Please try again in a moment."), 429)


def _role(request: HttpRequest) -> Role:
    asked = request.POST.get("role", "")
    return Role(asked) if asked in set(Role) else Role.SUPPORT


def _try(request: HttpRequest, verb: Callable[[], None], done: str, after: str = "shops:members") -> HttpResponse:
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
        return redirect(after)
    messages.success(request, done, "good")
    return redirect(after)


def _confirm(request: MemberRequest, user_id: int, template: str) -> HttpResponse:
    people, _invited = team.list_members(request.shop_id)
    person = next((one for one in people if one.user_id == user_id), None)
    if person is None:
        return redirect("shops:members")
    return render(request, template, {"person": person})
