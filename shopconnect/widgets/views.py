"""Views of the widgets room: the loader, its second file and every registered endpoint, and the merchant's snippet."""

from collections.abc import Callable

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import Role
from shopconnect.core.cache.memory import NotRemembered
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.web.forms import Fields, submit_and_redirect
from shopconnect.core.web.guards import PUBLIC, SHOPPER, guarded_by
from shopconnect.widgets import gateway, services
from shopconnect.widgets.forms import AllowedSiteForm, SiteForm
from shopconnect.widgets.loader import Script, asset_script, loader_script
from shopconnect.widgets.services import fronts, read_storefront
from shopconnect.widgets.signing import customer_secret
from shopconnect.widgets.storefronts import find_guide

STABLE = "public, max-age=300, stale-while-revalidate=86400"
_FOR_EVER = "public, max-age=31536000, immutable"
_JAVASCRIPT = "text/javascript; charset=utf-8"


@guarded_by(PUBLIC)
@require_safe
def loader(request: HttpRequest, public_key: str) -> HttpResponse:
    """Send the script that a shop's pages load, under an address that never changes."""
    try:
        front = fronts.get(public_key, is_current=True)  # browsers keep the loader: it is not asked for often
    except NotRemembered:
        away = HttpResponse("/* Out for a moment. */", content_type=_JAVASCRIPT, status=503)
        away["Retry-After"] = str(gateway.RETRY_SECONDS)
        return away
    if front is None:
        return HttpResponseNotFound("/* No shop has this key. */", content_type=_JAVASCRIPT)
    return script_response(request, loader_script(front), STABLE)


@guarded_by(PUBLIC)
@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """Send the chat panel under its hashed name."""
    return asset_response(request, name)


def asset_response(request: HttpRequest, name: str) -> HttpResponse:
    """Return the chat panel under its hashed name, or that there is no such file."""
    script = asset_script(f"{name}.js")
    if script is None:
        return HttpResponseNotFound("/* There is nothing at this address. */", content_type=_JAVASCRIPT)
    return script_response(request, script, _FOR_EVER)


@guarded_by(SHOPPER)
@csrf_exempt
@require_http_methods(["GET", "POST", "OPTIONS"])
def endpoint(request: HttpRequest, public_key: str, name: str) -> HttpResponse:
    """Answer an endpoint of a shop; the gateway checks origin, rate and size, and no cookie is read."""
    return gateway.answer(request, public_key, name)


@member_required()
@require_safe
def snippet(request: MemberRequest) -> HttpResponse:
    """Show what puts the widgets on a storefront: the platform's own way, or a line in the theme."""
    page = read_storefront(request.shop_id)
    guide = find_guide(page.install.platform) if page.install else None
    if page.install is not None and guide is not None:
        return render(request, guide.template, {"page": page, **guide.context(page.install.external_id)})
    is_owner = request.member.role == Role.OWNER
    context = {"secret": customer_secret(page.public_key), "form": SiteForm() if page.takes_sites else None}
    about = {"page": page, "site": settings.SITE_URL}
    return render(request, "widgets/snippet.html", about | (context if is_owner else {}))


@member_required(Role.OWNER)
@require_POST
def allow_site(request: MemberRequest) -> HttpResponse:
    """Let a site show the shop's widgets."""
    return _change_sites(request, SiteForm, services.allow_site, _("The site can show your widgets within seconds."))


@member_required(Role.OWNER)
@require_POST
def withdraw_site(request: MemberRequest) -> HttpResponse:
    """Let a site show the shop's widgets no longer."""
    return _change_sites(request, AllowedSiteForm, services.withdraw_site, _("The site no longer shows your widgets."))


def _change_sites(
    request: MemberRequest, form: type[Form], change: Callable[[ShopId, int, str], None], done: str
) -> HttpResponse:
    def verb(fields: Fields) -> None:
        change(request.shop_id, request.member.user_id, fields["site"])

    return submit_and_redirect(request, form(request.POST), verb, done, "widgets:snippet")


def script_response(
    request: HttpRequest, script: Script, cache_control: str, content_type: str = _JAVASCRIPT
) -> HttpResponse:
    """Return a script, or its settings, in the smallest form that the browser takes, or that it has not changed."""
    same = script.etag in request.headers.get("if-none-match", "")
    body, encoding = script.encoded(request.headers.get("accept-encoding", ""))
    response = HttpResponse(b"" if same else body, status=304 if same else 200, content_type=content_type)
    response["ETag"], response["Cache-Control"] = script.etag, cache_control
    response["Vary"] = "Accept-Encoding"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    if encoding and not same:
        response["Content-Encoding"] = encoding
    return response
