"""Pages of the shop front. All are public; nothing can be ordered there."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shopconnect.core.cache.memory import NotRemembered
from shopconnect.core.clock import now
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.web.forms import read_form
from shopconnect.core.web.guards import PUBLIC, guarded_by
from shopconnect.core.web.middleware import allow_pictures_from
from shopconnect.core.web.types import ViewFunction
from shopconnect.demo.storefront.cart import MOST_LINES, MOST_OF_ONE, read_cart, write_cart
from shopconnect.demo.storefront.forms import CartForm
from shopconnect.demo.storefront.pages import NAMES, PAGE_SIZE, Shopfront
from shopconnect.demo.storefront.services import windows
from shopconnect.demo.storefront.types import Window
from shopconnect.widgets.signing import sign_customer

PICTURES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
SIGNED_IN_SECONDS = 3600


def _window(slug: str) -> Window:
    if not settings.DEMO:
        raise Http404
    try:
        window = windows.get(slug)
    except NotRemembered as away:
        raise away.__cause__ or away from away
    if window is None:
        raise Http404
    return window


def front(view: ViewFunction) -> ViewFunction:
    """Let everybody pass, and answer for a shop that is not there as a shop would; 404 of ours outside the demo."""

    @guarded_by(PUBLIC)
    @wraps(view)
    def answered(request: HttpRequest, **places: str) -> HttpResponseBase:
        try:
            return view(request, **places)
        except Http404:
            if not settings.DEMO:
                raise
            asked = places.get("language", places.get("path", "")).partition("/")[0]
            with translation.override(asked if asked in LANGUAGES else translation.get_language()):
                return render(request, "storefront/closed.html", status=404)

    return answered


def shop_page(page: ViewFunction) -> ViewFunction:
    """Give a page its shop and its language; 404 outside the demo."""

    @wraps(page)
    def with_shop(request: HttpRequest, slug: str, language: str, **places: str) -> HttpResponseBase:
        window = _window(slug)
        if language not in LANGUAGES:
            return _nothing_here(request, window)
        with translation.override(language):
            try:
                return page(request, Shopfront(window, language), **places)
            except Http404:
                return _nothing_here(request, window, language)

    return with_shop


def _nothing_here(request: HttpRequest, window: Window, language: str = "") -> HttpResponse:
    """Say as the shop says it that it has no such page."""
    language = language or _language_of(request, window)
    with translation.override(language):
        return _show(request, Shopfront(window, language), "nothing", {}, status=404)


def _language_of(request: HttpRequest, window: Window) -> str:
    """Return the language of the browser where the shop has it, else the shop's own."""
    accepted = request.headers.get("accept-language", "")[:2].lower()
    return accepted if accepted in window.languages else window.languages[0]


def _show(
    request: HttpRequest, front: Shopfront, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    others = [(code, name, _same_page(request, Shopfront(front.window, code))) for code, name in NAMES.items()]
    cart = read_cart(request, front.window.slug)
    common = {
        "front": front,
        "window": front.window,
        "language": front.language,
        "languages": others,
        "departments": front.departments(),
        "in_cart": sum(cart.values()),
        "cart_ids": ",".join(cart),
        "signed_in": _signed_in(request, front.window),
    }
    for item in front.window.items.values():  # our widget shows any of them
        allow_pictures_from(request, item.image)
    return render(request, f"storefront/{template}.html", common | context, status=status)


def _signed_in(request: HttpRequest, window: Window) -> str:
    """Return what tells our widgets who is signed in, as each shop's server may write it into its pages."""
    if not (window.customer and request.COOKIES.get(_account_cookie(window))):
        return ""
    return sign_customer(window.public_key, window.customer, int(now().timestamp()) + SIGNED_IN_SECONDS)


def _account_cookie(window: Window) -> str:
    return f"account_{window.slug}"


def _same_page(request: HttpRequest, front: Shopfront) -> str:
    here = request.resolver_match
    if here is None or here.url_name is None or "language" not in here.kwargs:
        return front.home_url
    return front.url(here.url_name, **{k: v for k, v in here.kwargs.items() if k not in ("slug", "language")})


@require_safe
def entry(request: HttpRequest, slug: str) -> HttpResponse:
    """Go on in the language of the browser, else of the shop."""
    return redirect("storefront:home", slug=slug, language=_language_of(request, _window(slug)))


@require_safe
def product_entry(request: HttpRequest, slug: str, product: str) -> HttpResponse:
    """Go on to a product in the shop's own language."""
    return redirect("storefront:product", slug=slug, language=_window(slug).languages[0], product=product)


@require_safe
def nothing(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """Say of any other address below the shop's that there is nothing."""
    language = path.partition("/")[0]
    return _nothing_here(request, _window(slug), language if language in LANGUAGES else "")


@require_safe
@shop_page
def home(request: HttpRequest, front: Shopfront) -> HttpResponse:
    """The first page: departments, or everything where there are none, or what was searched for."""
    words = request.GET.get("q", "").strip()[:80]
    items = front.window.search(words, front.language) if words else list(front.window.items.values())
    pages = Paginator(items, PAGE_SIZE)
    shown = pages.get_page(request.GET.get("page"))
    pictured = [one.card for one in front.departments() if one.card.image][:5]
    context = {"q": words, "found": len(items), "page": shown, "cards": front.cards(shown), "pictured": pictured}
    return _show(request, front, "home", context)


@require_safe
@shop_page
def department(request: HttpRequest, front: Shopfront, department: str) -> HttpResponse:
    """Everything in a department."""
    items = front.window.departments.get(department)
    if items is None:
        raise Http404
    context = {"department": front.department(department, items), "shelves": front.shelves(items)}
    return _show(request, front, "department", context)


@require_safe
@shop_page
def product(request: HttpRequest, front: Shopfront, product: str) -> HttpResponse:
    """One product, with the shelf beside it."""
    item = front.window.items.get(product)
    if item is None:
        raise Http404
    name = "".join(item.category(front.language)[:1])
    its_department = next((one for one in front.departments() if one.name == name), None)
    return _show(request, front, "product", {"card": front.card(item), "department": its_department})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@shop_page
def cart(request: HttpRequest, front: Shopfront) -> HttpResponse:
    """What was put aside; a POST changes one line. There is no account behind it, hence nothing to forge."""
    held = read_cart(request, front.window.slug)
    if request.method != "POST":
        rows, total = front.rows(held)
        return _show(request, front, "cart", {"rows": rows, "total": total})
    response = redirect(front.cart_url)
    write_cart(response, front.window.slug, _changed(held, front.window, request), _folder(front))
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@shop_page
def account(request: HttpRequest, front: Shopfront) -> HttpResponse:
    """Sign in as the invented customer, or out again; nobody has a password, for there is nothing to protect.

    Who only follows the address is led to the first page.
    """
    response, name = redirect(front.home_url), _account_cookie(front.window)
    if request.method != "POST":
        return response
    if request.COOKIES.get(name) or not front.window.customer:
        response.delete_cookie(name, path=_folder(front), samesite="Lax")
    else:
        response.set_cookie(name, "1", path=_folder(front), samesite="Lax", httponly=True)
    return response


def _folder(front: Shopfront) -> str:
    return reverse("storefront:entry", kwargs={"slug": front.window.slug})


def _changed(held: dict[str, int], window: Window, request: HttpRequest) -> dict[str, int]:
    form = read_form(CartForm(request.POST))
    id, quantity = form["product"], form["quantity"]
    if id not in window.items or (id not in held and len(held) >= MOST_LINES):
        return held
    total = min(quantity if form["set"] else held.get(id, 0) + quantity, MOST_OF_ONE)
    return {key: value for key, value in {**held, id: total}.items() if value > 0}


@require_safe
def picture(request: HttpRequest, slug: str, name: str) -> FileResponse:
    """A picture that came with the shop's folder; what an SVG might want to run or load stays shut."""
    window = _window(slug)
    kind = PICTURES.get(f".{name.rpartition('.')[2].lower()}")
    if kind is None or name not in window.pictures:
        raise Http404
    try:
        file = default_storage.open(f"shop/{window.shop_id}/images/{name}")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=kind)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "public, max-age=3600"
    return response
