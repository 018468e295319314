"""Pages of the catalogue: the list, its file, and a product."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE
from shopconnect.catalog.browsing import browse_products, iter_products_of, product_details
from shopconnect.catalog.forms import CatalogueForm
from shopconnect.catalog.panels import read_panels
from shopconnect.catalog.types import CatalogueFilter, ProductDetails, ProductState
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing
from shopconnect.core.money import Money, write_amount
from shopconnect.core.web.csv_files import Cell, csv_response, dated_name
from shopconnect.core.web.forms import Fields, read_form
from shopconnect.core.web.lists import list_context, read_public_id
from shopconnect.ui.charts import Chart, step_chart


@member_required()
@require_safe
def product_list(request: MemberRequest) -> HttpResponse:
    """List what is sold, narrowed and by page."""
    fields = _fields(request)
    after = read_public_id(request.GET.get("after", ""))
    page = browse_products(request.shop_id, _filter(fields), _language(), after)
    context = {
        **list_context(fields, after, page.last),
        "rows": page.rows,
        "states": state_labels(),
        "in_office": request.member.role in OFFICE,
    }
    return render(request, "catalog/products.html", context)


@member_required(*OFFICE)
@require_safe
def product_file(request: MemberRequest) -> HttpResponseBase:
    """Hand out the list as a file."""
    rows = iter_products_of(request.shop_id, _filter(_fields(request)), _language())
    head = [_("Product"), "ID", _("Brand"), _("Category"), _("Price"), _("Currency"), _("Stock"), _("Status")]
    states = state_labels()

    def lines() -> Iterator[Sequence[Cell]]:
        yield head
        for row in rows:
            yield [
                row.title,
                row.external_id,
                row.vendor,
                " > ".join(row.category),
                write_amount(row.price_amount),
                row.currency,
                _counted(row.stock_level),
                str(states[row.state]),
            ]

    return csv_response(dated_name(request.member.slug, _("products")), lines())


@member_required()
@require_safe
def product(request: MemberRequest, public_id: int) -> HttpResponse:
    """Show a product: what it is, its prices and stock over time, and what other rooms know of it."""
    try:
        found = product_details(request.shop_id, public_id, _language(), request.GET.get("variant", ""))
    except Missing as missing:
        raise Http404(missing.message) from missing
    context = {
        "found": found,
        "state": state_labels()[found.product.state],
        "charts": [chart for chart in (_price_chart(found), _stock_chart(found)) if chart],
        "panels": read_panels(request.shop_id, found.product, request.member.role),
    }
    return render(request, "catalog/product.html", context)


def state_labels() -> dict[ProductState, str]:
    """Return what each state of a product is called."""
    return {
        ProductState.AVAILABLE: _("Available"),
        ProductState.UNAVAILABLE: _("Not available"),
        ProductState.DELETED: _("Deleted"),
    }


def _price_chart(found: ProductDetails) -> Chart | None:
    def write(amount: Decimal) -> str:
        return Money(amount=amount, currency=found.product.currency).written(_language())

    if not found.prices:
        return None
    title = _("Price: %(price)s") % {"price": write(found.prices[-1][1])}
    return step_chart(title, _("Price"), found.prices, now(), write)


def _stock_chart(found: ProductDetails) -> Chart | None:
    if not found.stock:
        return None
    level = found.stock[-1][1]
    title = _("Stock: %(level)s") % {"level": _written(level)} if level > 0 else _("Out of stock")
    return step_chart(title, _("Stock"), found.stock, now(), _written, from_zero=True)


def _counted(level: Decimal | None) -> Cell:
    """Return a level of stock as a table has it: pieces are whole numbers."""
    if level is None:
        return ""
    return int(level) if level == int(level) else float(level)


def _written(number: Decimal) -> str:
    return str(number_format(number.normalize(), use_l10n=True, force_grouping=True))


def _fields(request: MemberRequest) -> Fields:
    return read_form(CatalogueForm(request.GET))


def _filter(fields: Fields) -> CatalogueFilter:
    state = ProductState(fields["state"]) if fields["state"] else None
    return CatalogueFilter(text=fields["q"], state=state, category=fields["category"])


def _language() -> str:
    return get_language() or "en"
