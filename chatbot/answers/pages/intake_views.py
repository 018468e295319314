"""Pages by which answers come in: the starter, a table or a page of the shop, and what they leave to be filled in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chatbot.answers import labels
from chatbot.answers.drafts import imports, proposals
from chatbot.answers.drafts.starter import starter_entries
from chatbot.answers.drafts.texts import answer_of, category_of, question_of
from chatbot.answers.drafts.types import Proposal
from chatbot.answers.pages import services
from chatbot.answers.pages.forms import ImportForm
from chatbot.answers.types import LONGEST_PHRASE, EntrySummary
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK, Role
from shopconnect.core.errors import Refusal
from shopconnect.core.languages import LANGUAGES


@member_required(*DESK)
@require_safe
def show_starter(request: MemberRequest) -> HttpResponse:
    """Show the starter, from which a merchant takes what the shop needs."""
    found = proposals.propose(request.shop_id, starter_entries())
    return render(request, "answers/proposals.html", {"is_starter": True, **_proposed(found)})


@member_required(*DESK)
def import_answers(request: MemberRequest) -> HttpResponse:
    """Show what a file or a page of the shop holds; nothing of it is stored."""
    form = ImportForm(request.POST or None, request.FILES or None, initial={"language": get_language()})
    context: dict[str, Any] = {
        "form": form,
        "languages": [(one, labels.language_label(one)) for one in LANGUAGES],
        "language": request.POST.get("language", get_language()),
        "platform": services.read_platform_pages(request.shop_id),
        "is_owner": request.member.role == Role.OWNER,
    }
    if request.method != "POST":
        return render(request, "answers/import.html", context)
    try:
        found, bad = _read(request, form)
    except Refusal as refusal:
        return render(request, "answers/import.html", {**context, "refusal": refusal}, status=refusal.status)
    return render(
        request, "answers/proposals.html", {"bad": bad, **_proposed(proposals.propose(request.shop_id, found))}
    )


@member_required(Role.OWNER)
@require_POST
def pages_allowed(request: MemberRequest) -> HttpResponse:
    """Learn what the merchant has just allowed us on the shop's platform."""
    services.take_new_scopes(request.shop_id)
    return redirect("answers:import")


@member_required(*DESK)
def take_proposals(request: MemberRequest) -> HttpResponse:
    """Write the chosen proposals into drafts."""
    if request.method != "POST":
        return redirect("answers:starter")
    try:
        taken, left = proposals.take(request.shop_id, request.member.user_id, request.POST.getlist("take"))
    except Refusal as refusal:
        messages.error(request, refusal.message, "bad")
        return redirect("answers:answers")
    told = ngettext("%(count)d draft added.", "%(count)d drafts added.", taken) % {"count": taken}
    if left:
        told += " " + _("Some were changed by someone else in the meantime and are left as they are.")
    messages.success(request, told, "good")
    has_placeholders = taken and proposals.placeholders(request.shop_id)
    return redirect("answers:placeholders" if has_placeholders else "answers:answers")


@member_required(*DESK)
def fill_placeholders(request: MemberRequest) -> HttpResponse:
    """Show what the drafts leave to be filled in, and fill it in, everywhere at once."""
    if request.method == "POST":
        values: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
        for language, name, value in zip(*map(request.POST.getlist, ("language", "name", "value")), strict=False):
            if language in values:
                values[language][name] = value.replace("\0", "").strip()[:LONGEST_PHRASE]
        changed = proposals.fill_placeholders(request.shop_id, request.member.user_id, values)
        told = ngettext("%(count)d draft updated.", "%(count)d drafts updated.", changed) % {"count": changed}
        messages.success(request, told, "good")
    left = proposals.placeholders(request.shop_id)
    if request.method == "POST" and not left:
        return redirect("answers:answers")
    groups = [
        (
            language,
            labels.language_label(language),
            [(one, one.strip("[]"), asked[0], len(asked) - 1) for one, asked in names.items()],
        )
        for language, names in left.items()
    ]
    return render(request, "answers/placeholders.html", {"groups": groups})


def _read(request: MemberRequest, form: ImportForm) -> tuple[Sequence[EntrySummary], int]:
    """Return what was sent as entries, and how many lines are none; raises Refusal with what to do."""
    if not form.is_valid():
        raise Refusal("unfit", _("Choose a CSV file or enter the address of a page."), 400)
    sent, language = form.cleaned_data, form.cleaned_data["language"]
    if sent["url"]:
        return imports.read_page(request.shop_id, sent["url"], language), 0
    if sent["pages"]:
        return imports.read_shop_pages(request.shop_id, language), 0
    if not sent["file"]:
        raise Refusal("unfit", _("Choose a CSV file or enter the address of a page."), 400)
    if sent["file"].size > imports.MOST_FILE_BYTES:
        raise Refusal("too_large", _("The file is larger than 1 MB. Split it and import the parts."), 413)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        path.write_bytes(sent["file"].read())
        return imports.read_table(path, language)


def _proposed(found: Sequence[Proposal]) -> dict[str, Any]:
    """The proposals under their categories, each as the form carries it."""
    language = get_language() or "en"
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        line = {
            "question": question_of(one.texts, language),
            "answer": answer_of(one.texts, language),
            "is_known": one.is_known,
            "written": proposals.written(one),
        }
        groups.setdefault(category_of(one.texts, language), []).append(line)
    return {"groups": groups, "count": len(found), "most": proposals.MOST_PROPOSED}
