"""Words of teaching, in the language that is active."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbot.console.teaching.types import EffectKind, EffectSummary, GroupState, ReportReason


def effect_title(effect: EffectSummary) -> str:
    """Say what a draft does to the last questions, as many as were asked again by now."""
    total = number_format(effect.checked, force_grouping=True)
    if not effect.checked:
        return _("Shoppers haven’t asked anything yet")
    if not effect.changed:
        return ngettext(
            "Your draft changes nothing for the last %(total)s question",
            "Your draft changes nothing for the last %(total)s questions",
            effect.checked,
        ) % {"total": total}
    changed = number_format(effect.changed, force_grouping=True)
    return ngettext(
        "%(changed)s question of the last %(total)s changes",
        "%(changed)s questions of the last %(total)s change",
        effect.changed,
    ) % {"changed": changed, "total": total}


def effect_label(kind: EffectKind) -> str:
    """Say what becomes of a question."""
    names = {
        EffectKind.GAINED: _("Answered from now on"),
        EffectKind.DIFFERENT: _("Handled differently"),
        EffectKind.LOST: _("No longer answered"),
    }
    return names[kind]


def effect_tone(kind: EffectKind) -> str:
    """Return the badge's class for what becomes of a question."""
    return {EffectKind.GAINED: "good", EffectKind.DIFFERENT: "warning", EffectKind.LOST: "bad"}[kind]


def reason_label(reason: ReportReason) -> str:
    """Say what is wrong with an answer."""
    names = {
        ReportReason.WRONG: _("Wrong answer"),
        ReportReason.OUTDATED: _("Out of date"),
        ReportReason.INCOMPLETE: _("Incomplete"),
        ReportReason.TONE: _("Wrong tone"),
        ReportReason.PERSON: _("A person should have answered"),
    }
    return names[reason]


def group_state_label(state: GroupState) -> str:
    """Say what became of questions that nobody answered."""
    names = {GroupState.OPEN: _("Open"), GroupState.ANSWERED: _("Answered since"), GroupState.DISMISSED: _("Dismissed")}
    return names[state]
