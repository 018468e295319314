"""Pages of what members are told, and where the shop is written to."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import Role
from shopconnect.core.errors import Missing
from shopconnect.core.web.email_links import in_its_language
from shopconnect.core.web.forms import run_and_redirect, submit_and_redirect
from shopconnect.core.web.guards import PUBLIC, guarded_by
from shopconnect.notifications import addresses
from shopconnect.notifications import notices as notices_of_shop
from shopconnect.notifications.forms import AddressForm, MailForm
from shopconnect.notifications.kinds import KIND_TITLES, NoticeKind, find_kind
from shopconnect.notifications.types import LINK_DAYS
from shopconnect.shops.services import timezone_of


@member_required()
def notices(request: MemberRequest) -> HttpResponse:
    """Show a member's notices and which kinds come by e-mail."""
    member = request.member
    found, by_mail = notices_of_shop.list_notices(request.shop_id, member.user_id, member.role)
    address, waiting = addresses.find_addresses(request.shop_id)
    context = {
        "found": found,
        "groups": _by_group(by_mail),
        "zone": timezone_of(request.shop_id),
        "address": address,
        "waiting": waiting,
        "link_days": LINK_DAYS,
    }
    return render(request, "notifications/notices.html", context)


def _by_group(by_mail: Mapping[str, bool]) -> list[tuple[Promise, list[tuple[NoticeKind, bool]]]]:
    """Return kinds of notices and whether they come by e-mail, under the titles of their groups."""
    kinds = [(find_kind(name), wanted) for name, wanted in by_mail.items()]
    groups = ((title, [one for one in kinds if one[0].group == group]) for group, title in KIND_TITLES.items())
    return [(title, found) for title, found in groups if found]


@member_required(Role.OWNER)
@require_POST
def ask_address(request: MemberRequest) -> HttpResponse:
    """Send a link to where the shop wants to be written to."""
    language = get_language() or "en"
    return submit_and_redirect(
        request,
        AddressForm(request.POST),
        lambda form: addresses.ask_address(request.shop_id, request.member.user_id, form["email"], language),
        _("We’ve sent a link to %(email)s. Open it to confirm the address."),
        "notifications:notices",
    )


@member_required(Role.OWNER)
@require_POST
def cancel_address(request: MemberRequest) -> HttpResponse:
    """Give up an address that nobody confirmed yet."""
    return run_and_redirect(
        request,
        lambda: addresses.cancel_address(request.shop_id, request.member.user_id),
        _("The link we sent no longer works."),
        "notifications:notices",
    )


@member_required(Role.OWNER)
@require_POST
def forget_address(request: MemberRequest) -> HttpResponse:
    """Write to the shop's address no more."""
    return run_and_redirect(
        request,
        lambda: addresses.forget_address(request.shop_id, request.member.user_id),
        _("Address removed. We won’t send anything else there."),
        "notifications:notices",
    )


@guarded_by(PUBLIC)
@in_its_language
def confirm_address(request: HttpRequest, signed: str) -> HttpResponse:
    """Show who opens the link of an e-mail what would be written to them, and on a yes begin to."""
    try:
        if request.method == "POST":
            addresses.confirm_address(signed)
        shop, is_confirmed = addresses.read_link(signed)
        return render(request, "notifications/confirm_address.html", {"shop": shop, "confirmed": is_confirmed})
    except Missing as refusal:
        return render(request, "notifications/confirm_address.html", {"refusal": refusal.message}, status=404)


@member_required()
@require_POST
def choose(request: MemberRequest) -> HttpResponse:
    """Keep which kinds of notices come by e-mail."""
    member = request.member
    return submit_and_redirect(
        request,
        MailForm(request.POST),
        lambda form: notices_of_shop.choose_kinds(request.shop_id, member.user_id, member.role, set(form["by_mail"])),
        _("Your preferences are saved."),
        "notifications:notices",
    )


@csrf_exempt  # a mail program presses this button (RFC 8058), signed by the link itself
@guarded_by(PUBLIC)
@in_its_language
def stop(request: HttpRequest, signed: str) -> HttpResponse:
    """Stop a kind of notice by e-mail: asked of people, done at once for mail programs."""
    try:
        if request.method == "POST":
            kind = notices_of_shop.stop_mail(signed)
            return render(request, "notifications/stopped.html", {"kind": find_kind(kind).word})
        kind = notices_of_shop.read_stop_link(signed)[2]
        return render(request, "notifications/stop.html", {"kind": find_kind(kind).word})
    except Missing as refusal:
        return render(request, "notifications/stop.html", {"refusal": refusal.message}, status=404)
