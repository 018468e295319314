"""The merchant's page of results, and what an owner changes about the hold-out and the test there."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import OFFICE, Role
from shopconnect.core.web.csv_files import csv_response
from shopconnect.core.web.forms import first_error, read_form, submit_and_redirect
from shopconnect.experiments import decisions, result_rows, services
from shopconnect.experiments.forms import DecisionForm, FallbackForm, HoldOutForm, PeriodForm, StartForm
from shopconnect.experiments.guard import lift_fallback
from shopconnect.experiments.history.rows import period_file, period_rows, trend_of
from shopconnect.experiments.kinds import backtest_url, shelf_title
from shopconnect.experiments.results import Period, ResultsPage, page_of, period_of
from shopconnect.experiments.types import LEAST_BUYERS, MOST_HOLD_OUT, START_PERCENT, Results
from shopconnect.experiments.words.experiments import current_experiment, ended_experiments, fallback_sentence
from shopconnect.experiments.words.headlines import headline_of
from shopconnect.shops.selectors import keys_of_shop
from shopconnect.shops.services import names_of_shops, timezone_of
from shopconnect.shops.types import KeyKind
from shopconnect.ui.dates import date_format
from shopconnect.widgets.non_shoppers import MARK_DAYS
from shopconnect.widgets.services import read_staff_mark, revoke_staff_marks

START_DAYS, RESULTS, DAYS_ASKED = (14, 28, 56), "experiments:results", ("from", "to")


@member_required(*OFFICE)
@require_safe
def results(request: MemberRequest) -> HttpResponse:
    """Show what suggestions bring in, against the visits that see none; and what is known until that is."""
    page, zone = page_of(request.shop_id), timezone_of(request.shop_id)
    found = page.results
    headline = headline_of(found, page.percent)
    hold_out = found.hold_out if found else None
    period, problem = _asked_period(request, page)
    is_known = result_rows.is_known(found)
    context = {
        "page": page,
        "is_known": is_known,
        "trend": trend_of(page.history) if is_known else None,
        "period": period,
        "whole": page.history and {"first": page.history.days[0].day, "last": page.history.days[-1].day},
        "least": LEAST_BUYERS,
        "period_rows": period_rows(period, found.currency) if found and period else (),
        "problem": problem,
        "typed": {name: request.GET.get(name, "")[:20] for name in DAYS_ASKED},
        "is_asked": any(name in request.GET for name in DAYS_ASKED),
        "use": result_rows.use_of(page.shelves),
        "zone": zone,
        "headline": headline,
        "rows": result_rows.rows_of(hold_out.figures, found.currency) if found and hold_out else (),
        "experiment": current_experiment(request.shop_id, page, get_language() or "en"),
        "ended_experiments": ended_experiments(page),
        "pages": result_rows.rows_of([found.pages], found.currency) if found and found.pages else (),
        "waits": _waits(found, page.percent) if found else [],
        "shelves": result_rows.shelf_rows(page.shelves),
        "excluded": result_rows.excluded_rows(page.excluded),
        "staff_mark": read_staff_mark(request.shop_id),
        "mark_days": MARK_DAYS,
        "hosts": keys_of_shop(request.shop_id, KeyKind.DOMAIN),
        "backtest_url": backtest_url(request.shop_id),
        "fallen": [
            (one.shelf, shelf_title(one.shelf), fallback_sentence(one, ZoneInfo(zone))) for one in page.fallbacks
        ],
        "is_owner": request.member.role == Role.OWNER,
        "start_days": START_DAYS,
        "most": MOST_HOLD_OUT,
        "is_half": page.percent == START_PERCENT,
    }
    return render(request, "experiments/results.html", context)


@member_required(*OFFICE)
@require_safe
def daily_figures(request: MemberRequest) -> HttpResponseBase:
    """Hand out what each group did on each of some days; where none are meant, the page says what is wrong."""
    page = page_of(request.shop_id)
    period, problem = _asked_period(request, page)
    if page.results is None or period is None or problem:
        return redirect(f"{reverse(RESULTS)}?{request.GET.urlencode()}#by-day")
    shop = names_of_shops([request.shop_id])[request.shop_id]
    return csv_response(*period_file(shop, period, page.results.currency))


@member_required(Role.OWNER)
@require_POST
def set_hold_out(request: MemberRequest) -> HttpResponse:
    """Keep which share of visits sees the shop without suggestions."""
    return submit_and_redirect(
        request,
        HoldOutForm(request.POST),
        lambda form: services.set_hold_out(request.shop_id, form["percent"]),
        _("Saved."),
        RESULTS,
    )


@member_required(Role.OWNER)
@require_POST
def start_half(request: MemberRequest) -> HttpResponse:
    """Have half of the visits see the shop without suggestions for some days."""
    return submit_and_redirect(
        request,
        StartForm(request.POST),
        lambda form: services.start_half(request.shop_id, form["days"]),
        _("The starting period is running: half of the visits see no suggestions."),
        RESULTS,
    )


@member_required(Role.OWNER)
@require_POST
def lift_fallback_by_hand(request: MemberRequest) -> HttpResponse:
    """Show what was learnt again in a row that fell back to the simple rule."""
    return submit_and_redirect(
        request,
        FallbackForm(request.POST),
        lambda form: lift_fallback(request.shop_id, form["shelf"]),
        _("The model is back on."),
        RESULTS,
    )


@member_required(Role.OWNER)
@require_POST
def count_staff(request: MemberRequest) -> HttpResponse:
    """Count every browser again that a link for staff keeps out."""
    revoke_staff_marks(request.shop_id, request.member.user_id)
    messages.success(request, _("All browsers will be counted again within minutes."), extra_tags="good")
    return redirect(RESULTS)


@member_required(Role.OWNER)
@require_POST
def keep_variant(request: MemberRequest) -> HttpResponse:
    """Give everybody what B has, and end the test; nothing changes where that one does not run any more."""
    test = read_form(DecisionForm(request.POST))["test"]
    if decisions.keep_variant(request.shop_id, request.member.user_id, test):
        messages.success(request, _("Variant B is kept. Everyone will see it within minutes."), extra_tags="good")
    return redirect(RESULTS)


@member_required(Role.OWNER)
@require_POST
def stop_experiment(request: MemberRequest) -> HttpResponse:
    """End the test, so that everybody gets A again; nothing changes where that one does not run any more."""
    test = read_form(DecisionForm(request.POST))["test"]
    if decisions.stop_experiment(request.shop_id, request.member.user_id, test):
        messages.success(request, _("The test has ended. Everyone sees variant A."), extra_tags="good")
    return redirect(RESULTS)


def _asked_period(request: MemberRequest, page: ResultsPage) -> tuple[Period | None, str]:
    """Return the days that an address asks for, and what is wrong with them; whole where something is."""
    form = PeriodForm(request.GET)
    asked = read_form(form)
    whole = period_of(request.shop_id, page, None, None)
    if form.errors:
        return whole, first_error(form)
    period = period_of(request.shop_id, page, asked["from"], asked["to"])
    if period is None and whole is not None:
        bounds = {"first": date_format(whole.first), "last": date_format(whole.last)}
        return whole, _("The comparison has no data for these days: it runs from %(first)s to %(last)s.") % bounds
    return period, ""


def _waits(results: Results, percent: int) -> list[tuple[float, str, str]]:
    """Return for each share of the hold-out how long it takes to see ten and five percent, where that is known."""
    shares = [share for share in sorted({percent, START_PERCENT} - {0}) if results.days.get((share, 5))]
    return [
        (share / 100, result_rows.wait_of(results.days[share, 10]), result_rows.wait_of(results.days[share, 5]))
        for share in shares
    ]
