"""What a shop's owner allows a language model to do, and how many calls of the month are left."""

from __future__ import annotations

from django.utils.translation import gettext as _

from chatbot.answers.composition.endpoint import language_model
from chatbot.answers.composition.types import LARGEST_CAP, CompositionPage, CompositionStatus, LanguageModel
from chatbot.answers.models import CompositionSetting, PhraseRequest
from shopconnect.accounts.selectors import names_of_people
from shopconnect.billing.usage import month_of
from shopconnect.core.clock import now
from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note
from shopconnect.shops.selectors import shop_profile


def composition_in_scope() -> CompositionStatus | None:
    """Return what the shop in scope allows, None where the operator has no model."""
    model = language_model()
    if model is None:
        return None
    return _status(CompositionSetting.objects.first() or CompositionSetting(), model)


def reserve_call() -> bool:
    """Count one call of the shop in scope; False, and nothing counted, where it may not be made.

    Counted before the call, so that one that fails or is made again by another worker is never free.
    """
    model = language_model()
    row = CompositionSetting.objects.select_for_update().first()
    if model is None or row is None:
        return False
    status = _status(row, model)
    if not status.is_allowed or not status.left:
        return False
    row.month, row.used = month_of(now()), status.used + 1
    row.save(update_fields=["month", "used"])
    return True


def read_composition(shop_id: ShopId) -> CompositionPage:
    """Return what the owner's page shows; raises Missing where the operator has no model. Opens the scope."""
    with shop_scope(shop_id):
        status = composition_in_scope()
        if status is None:
            raise Missing(_("Nothing was found here."))
        row = CompositionSetting.objects.first() if status.is_allowed else None
        return CompositionPage(
            status=status,
            allowed_by=names_of_people([row.by_id]).get(row.by_id, "") if row and row.by_id else "",
            allowed_at=row.at if row else None,
            timezone=shop_profile().timezone,
        )


def allow_composition(shop_id: ShopId, user_id: int, model: LanguageModel) -> None:
    """Allow a model to be asked. Opens the scope.

    Raises Refusal where the operator has another by now than the owner was shown.
    """
    if model != language_model():
        raise Refusal("other_model", _("Your provider changed the model in the meantime. Read again what it is now."))
    with shop_scope(shop_id):
        row = _locked()
        if not _status(row, model).is_allowed:
            row.host, row.model, row.region = model.host, model.name, model.region
            row.words_answers = False
            row.by_id, row.at = user_id, now()
            row.save()
            note(user_id, "allowed_model", f"{model.name}, {model.host} ({model.region})")


def withdraw_composition(shop_id: ShopId, user_id: int) -> None:
    """Have no model asked from now on; what was suggested and not taken goes too. Opens the scope."""
    with shop_scope(shop_id):
        row = _locked()
        if row.host:
            note(user_id, "withdrew_model", f"{row.model}, {row.host} ({row.region})")
        row.host = row.model = row.region = ""
        row.words_answers, row.by_id, row.at = False, user_id, now()
        row.save()
        PhraseRequest.objects.all().delete()


def change_composition(shop_id: ShopId, user_id: int, *, cap: int, words_answers: bool) -> None:
    """Set how many calls a month may be made, and whether answers are worded. Opens the scope.

    Raises Refusal for a number that is none, or where no model may be asked.
    """
    if not 0 <= cap <= LARGEST_CAP:
        raise Refusal("unfit", _("Enter a number from 0 to 100,000."), 400)
    model = language_model()
    with shop_scope(shop_id):
        row = _locked()
        if model is None or not _status(row, model).is_allowed:
            raise Refusal("not_allowed", _("Allow the language model first."))
        if row.words_answers != words_answers:
            note(user_id, "began_wording" if words_answers else "ended_wording")
        row.cap, row.words_answers = cap, words_answers
        row.save()


def _locked() -> CompositionSetting:
    CompositionSetting.objects.get_or_create()
    row: CompositionSetting = CompositionSetting.objects.select_for_update().get()
    return row


def _status(row: CompositionSetting, model: LanguageModel) -> CompositionStatus:
    is_allowed = LanguageModel(row.host, row.model, row.region) == model
    return CompositionStatus(
        model=model,
        is_allowed=is_allowed,
        words_answers=is_allowed and row.words_answers,
        cap=row.cap,
        used=row.used if row.month == month_of(now()) else 0,
    )
