"""Pages of answers: the list, the editor of one, its versions. Owners and support write, analysts read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chatbot.answers import labels
from chatbot.answers.composition.endpoint import language_model
from chatbot.answers.composition.phrases import ask_phrases
from chatbot.answers.drafts import services as drafts
from chatbot.answers.drafts.texts import category_of, question_of
from chatbot.answers.drafts.trials import ask_trial
from chatbot.answers.drafts.types import TrialSide
from chatbot.answers.pages import services
from chatbot.answers.pages.forms import (
    EntryForm,
    TextForm,
    TrialForm,
    sent_forms,
    text_forms,
    texts_of,
    with_chosen_phrases,
)
from chatbot.answers.redaction import without_placeholders
from chatbot.answers.types import AnswerOutcome
from shopconnect.accounts.access import MemberRequest, member_required
from shopconnect.accounts.types import DESK, EVERYBODY, Role
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.security.crypto import random_token
from shopconnect.core.web.forms import read_form

LAST_PAGE = 1_000
SUGGEST = "suggest-"  # and the language
Query = dict[str, str | int]


@member_required(*EVERYBODY)
@require_safe
def list_answers(request: MemberRequest) -> HttpResponse:
    """List the entries, published or being written, narrowed by words and by page."""
    text = request.GET.get("text", "").replace("\0", "")[:200]
    number = min(max(_number(request.GET.get("page", "")), 1), LAST_PAGE)
    page = services.read_answers(request.shop_id, text, number, _number(request.GET.get("exchange", "")))
    language = get_language() or "en"
    exchange: Query = {"exchange": page.exchange.exchange} if page.exchange else {}
    query: Query = {"text": text, **exchange}
    context = {
        "page": page,
        "rows": [
            {
                "row": row,
                "question": question_of(row.texts, language),
                "missing": [labels.language_label(one) for one in row.missing],
                "category": category_of(row.texts, language),
                "url": _entry_url(row.entry, **exchange),
            }
            for row in page.rows
        ],
        "text": text,
        "exchange": exchange,
        "is_writer": request.member.role in DESK,
        "has_model": language_model() is not None and request.member.role == Role.OWNER,
        "newer": f"?{urlencode({**query, 'page': number - 1})}" if number > 1 else "",
        "older": f"?{urlencode({**query, 'page': number + 1})}" if page.has_more else "",
    }
    return render(request, "answers/answers.html", context)


@member_required(*EVERYBODY)
@require_safe
def show_answer(request: MemberRequest) -> HttpResponse:
    """Show an entry in the editor; a new one where none is named."""
    return _editor(request, _entry_of(request.GET.get("entry", "") or random_token(9)))


@member_required(*DESK)
def save_answer(request: MemberRequest) -> HttpResponse:
    """Save the draft, then try a question on it or publish it, as the button says."""
    if request.method != "POST":  # a page that was answered here is loaded again
        return redirect("answers:answers")
    sent = read_form(EntryForm(request.POST))
    entry, texts = _entry_of(sent["entry"]), sent_forms(LANGUAGES, with_chosen_phrases(request.POST))
    trial = TrialForm(request.POST, prefix="try")
    if not all(form.is_valid() for form in (*texts.values(), trial)):
        return _editor(request, entry, Refusal("unfit", _("Check what is marked below."), 400), texts, trial)
    deed = request.POST.get("deed", "save")
    try:
        etag = drafts.save_draft(
            request.shop_id, request.member.user_id, entry, texts_of(entry, texts), sent["expected_etag"]
        )
        if deed == "publish":
            version = drafts.publish_draft(request.shop_id, request.member.user_id, entry, etag)
            return redirect(f"{_entry_url(entry, version=version)}#done")
        if deed.startswith(SUGGEST) and (language := deed.removeprefix(SUGGEST)) in LANGUAGES:
            ask_phrases(request.shop_id, entry, language)
            return redirect(f"{_entry_url(entry)}#suggested-{language}")
    except Refusal as refusal:
        return _editor(request, entry, refusal, texts, trial)
    if deed == "try" and (asked := trial.cleaned_data["asked"].strip()):
        ask_trial(request.shop_id, entry, asked, trial.cleaned_data["language"] or get_language() or "en")
        return redirect(f"{_entry_url(entry)}#try")
    messages.success(request, _("Draft saved. Shoppers don’t see it until you publish it."), "good")
    return redirect(_entry_url(entry))


@member_required(*DESK)
def drop_draft(request: MemberRequest) -> HttpResponse:
    """Discard the draft of an entry."""
    if request.method == "POST":
        drafts.drop_draft(request.shop_id, _entry_of(request.POST.get("entry", "")))
        messages.success(request, _("Draft discarded."), "good")
    return redirect("answers:answers")


@member_required(*DESK)
def publish_ready(request: MemberRequest) -> HttpResponse:
    """Publish every draft that nothing stands in the way of."""
    if request.method == "POST":
        published, left = drafts.publish_ready(request.shop_id, request.member.user_id)
        told = ngettext("%(count)d answer published.", "%(count)d answers published.", published) % {"count": published}
        if left:
            still = ngettext("%(count)d draft isn’t complete yet.", "%(count)d drafts aren’t complete yet.", left) % {
                "count": left
            }
            told = f"{told} {still}"
        messages.success(request, told, "good")
    return redirect("answers:answers")


@member_required(*EVERYBODY)
@require_safe
def list_versions(request: MemberRequest) -> HttpResponse:
    """Show the versions of an entry: who, when, and what it said."""
    entry = _entry_of(request.GET.get("entry", ""))
    page = services.read_versions(request.shop_id, entry)
    context = {
        "page": page,
        "zone": page.timezone,
        "question": question_of(page.edited.texts, get_language() or "en"),
        "back": _entry_url(entry),
        "is_writer": request.member.role in DESK,
    }
    return render(request, "answers/versions.html", context)


@member_required(*DESK)
def undo_answer(request: MemberRequest, number: int) -> HttpResponse:
    """Publish an older version of an entry again, as a new one; 0 unpublishes it."""
    if request.method != "POST":
        return redirect("answers:answers")
    entry = _entry_of(request.POST.get("entry", ""))
    try:
        drafts.undo_to(request.shop_id, request.member.user_id, entry, number)
    except Missing as missing:
        raise Http404(missing.message) from missing
    told = _("Version %(number)d is published again.") % {"number": number} if number else _("Answer unpublished.")
    messages.success(request, told, "good")
    return redirect(_entry_url(entry))


def _editor(
    request: MemberRequest,
    entry: str,
    refusal: Refusal | None = None,
    sent: dict[str, TextForm] | None = None,
    trial: TrialForm | None = None,
) -> HttpResponse:
    """The editor with what is stored, or with what was typed and why it was refused."""
    language = get_language() or "en"
    page = services.read_answer(request.shop_id, entry, _number(request.GET.get("exchange", "")))
    edited = page.edited
    texts = sent or text_forms(page.languages, edited.texts)
    if page.exchange and not sent:
        _add_phrase(texts, page.exchange.language, without_placeholders(page.exchange.asked))
    tried = page.trial
    context: dict[str, Any] = {
        "page": page,
        "edited": edited,
        "question": question_of(edited.texts, language),
        "columns": [
            (one, labels.language_label(one), texts[one], edited.texts.get(one), page.suggested.get(one))
            for one in sorted(page.languages, key=lambda one: one != language)
            if one in texts
        ],
        "trial": trial or TrialForm(prefix="try", initial={"asked": tried.asked if tried else ""}),
        "try_language": tried.language if tried else language,
        "languages": [(one, labels.language_label(one)) for one in page.languages],
        "sides": [_side(_("With your draft"), tried.draft), _side(_("As published"), tried.published)]
        if tried and tried.draft and tried.published
        else [],
        "is_new": edited.draft is None and not edited.published,
        "is_writer": request.member.role in DESK,
        "refusal": refusal,
        "theirs": edited.texts.values() if refusal and refusal.code == "draft_changed" else (),
        "version": edited.number if _number(request.GET.get("version", "")) == edited.number else 0,
        "undo_to": edited.number - 1,
        "zone": page.timezone,
        "versions_url": f"{reverse('answers:versions')}?{urlencode({'entry': entry})}",
    }
    return render(request, "answers/answer.html", context, status=refusal.status if refusal else 200)


def _add_phrase(texts: dict[str, TextForm], language: str, phrase: str) -> None:
    """Put what a shopper asked under the phrases, or in the place of a question that is not written yet."""
    form, asked = texts.get(language), " ".join(phrase.split())
    if form is not None and asked:
        name = "phrases" if form.initial["question"] else "question"
        form.initial[name] = "\n".join(one for one in (form.initial[name], asked) if one)


def _side(title: str, side: TrialSide) -> dict[str, Any]:
    return {
        "title": title,
        "outcome": labels.outcome_label(side.outcome),
        "tone": labels.outcome_tone(side.outcome),
        "confidence": labels.confidence_label(side.confidence),
        "answer": side.answer,
        "asks": side.outcome == AnswerOutcome.GUESSES,
        "candidates": [(one, labels.share_label(one.score)) for one in side.candidates],
    }


def _entry_of(sent: str) -> str:
    """Return the id of an entry that was sent; raises Http404 for one that no entry may have."""
    form = EntryForm({"entry": sent})
    if not form.is_valid() or not sent.strip():
        raise Http404
    return sent


def _entry_url(entry: str, **more: str | int) -> str:
    query: Query = {"entry": entry, **more}
    return f"{reverse('answers:answer')}?{urlencode(query)}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
