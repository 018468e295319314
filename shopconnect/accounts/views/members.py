"""Pages about who works with a shop, and which shop is open."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shopconnect.accounts import history
from shopconnect.accounts import members as team
from shopconnect.accounts.access import (
    INVITATION_IN_SESSION,
    SHOP_IN_SESSION,
    MemberRequest,
    lacks_second_step,
    member_required,
    recently_authenticated,
)
from shopconnect.accounts.forms import InvitationForm, RoleForm, SecondStepForm, SwitchForm
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Refusal
from shopconnect.core.security.crypto import person_key
from shopconnect.core.web.email_links import in_its_language
from shopconnect.core.web.forms import read_form, run_and_redirect, submit_and_redirect
from shopconnect.core.web.guards import PUBLIC, guarded_by
from shopconnect.shops.services import timezone_of


@member_required()
@require_POST
def switch(request: MemberRequest) -> HttpResponse:
    """Go on with another shop of the same person; one that is not theirs changes nothing."""
    chosen = read_form(SwitchForm(request.POST))["shop"]
    for member in request.members:
        if member.slug == chosen:
            request.session[SHOP_IN_SESSION] = member.shop_id
    return redirect("/")


@member_required(Role.OWNER)
def members(request: MemberRequest) -> HttpResponse:
    """Show who works with the shop and who is invited."""
    members_of_shop, invited = team.list_members(request.shop_id)
    owners = sum(one.role == Role.OWNER for one in members_of_shop)
    context = {
        "members": members_of_shop,
        "invited": invited,
        "owners": owners,
        "roles": list(Role),
        "deeds": history.list_audit(request.shop_id),
        "zone": timezone_of(request.shop_id),
        "lacks_second_step": lacks_second_step(request),
    }
    return render(request, "accounts/members.html", context)


@member_required(Role.OWNER)
@recently_authenticated
@require_POST
def invite(request: MemberRequest) -> HttpResponse:
    """Invite a person by e-mail."""
    done, language = (
        _("Invitation sent to %(email)s. The link in the email is valid for %(days)d days."),
        get_language() or "en",
    )
    return submit_and_redirect(
        request,
        InvitationForm(request.POST),
        lambda form: team.invite_member(request.shop_id, request.member.user_id, form["email"], form["role"], language),
        done,
        "accounts:members",
        days=team.INVITATION_DAYS,
    )


@member_required(Role.OWNER)
@require_POST
def withdraw(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    return run_and_redirect(
        request,
        lambda: team.withdraw_invitation(request.shop_id, request.member.user_id, invitation_id),
        _("Invitation withdrawn. Its link no longer works."),
        "accounts:members",
    )


@member_required(Role.OWNER)
@recently_authenticated
@require_POST
def change(request: MemberRequest, user_id: int) -> HttpResponse:
    """Give a member another role."""
    return submit_and_redirect(
        request,
        RoleForm(request.POST),
        lambda form: team.change_role(request.shop_id, request.member.user_id, user_id, form["role"]),
        _("Role updated."),
        "accounts:members",
    )


@member_required(Role.OWNER)
@recently_authenticated
@require_POST
def second_step(request: MemberRequest) -> HttpResponse:
    """Make a second step everybody's duty, or each member's own choice again."""
    return submit_and_redirect(
        request,
        SecondStepForm(request.POST),
        lambda form: _require_second_step(request, form["is_needed"]),
        _("Saved."),
        "accounts:members",
    )


@member_required(Role.OWNER)
@recently_authenticated
def remove(request: MemberRequest, user_id: int) -> HttpResponse:
    """Ask whether a member shall go, and on a yes remove them."""
    if request.method == "POST":
        return run_and_redirect(
            request,
            lambda: team.remove_member(request.shop_id, request.member.user_id, user_id),
            _("This person no longer has access to the shop."),
            "accounts:members",
        )
    return _confirm(request, user_id, "accounts/remove.html")


@member_required(Role.OWNER)
@recently_authenticated
def hand_over(request: MemberRequest, user_id: int) -> HttpResponse:
    """Ask whether the shop shall be handed over, and on a yes do it."""
    if request.method == "POST":
        return run_and_redirect(
            request,
            lambda: team.transfer_ownership(request.shop_id, request.member.user_id, user_id),
            _("Shop transferred. Your role is now: analyst."),
            "/",
        )
    return _confirm(request, user_id, "accounts/hand_over.html")


@member_required()
@require_POST
def leave(request: MemberRequest) -> HttpResponse:
    """End one's own part in the shop."""
    return run_and_redirect(
        request,
        lambda: team.remove_member(request.shop_id, request.member.user_id, request.member.user_id),
        _("You no longer have access to this shop."),
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
            messages.success(request, _("Welcome. You now have access to this shop."), "good")
            return redirect("/")
    except Refusal as refusal:
        request.session.pop(INVITATION_IN_SESSION, None)
        return render(request, "accounts/invitation.html", {"refusal": refusal.message}, status=refusal.status)
    fits = not request.user.is_authenticated or person_key(request.user.email) == invitation.email_key
    if not request.user.is_authenticated:
        # Whoever holds the link reads this mailbox: signing up with the address needs no second e-mail.
        get_adapter().stash_verified_email(request, invitation.email)
        request.session[INVITATION_IN_SESSION] = token
    context = {
        "invitation": invitation,
        "shop": team.name_of_shop(shop_id),
        "fits": fits,
        "hint": team.masked_email(invitation.email),
    }
    return render(request, "accounts/invitation.html", context)


def _require_second_step(request: MemberRequest, is_needed: bool) -> None:
    if is_needed and lacks_second_step(request):
        raise Refusal(
            "own_second_step_first",
            _("Turn on two-step verification for yourself first, or you’ll lose access to the shop too."),
        )
    team.require_second_step(request.shop_id, request.member.user_id, is_needed)


def _confirm(request: MemberRequest, user_id: int, template: str) -> HttpResponse:
    members_of_shop, _invited = team.list_members(request.shop_id)
    person = next((one for one in members_of_shop if one.user_id == user_id), None)
    if person is None:
        return redirect("accounts:members")
    return render(request, template, {"person": person})
