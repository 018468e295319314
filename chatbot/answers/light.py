"""How ready the assistant's answers are for a shop, and what is missing."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbot.answers.selectors import count_entries, count_questions
from shopconnect.core.tenancy.context import ShopId
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.ui.lights import Light, LightReason
from shopconnect.ui.templatetags.show import language_name


def answers_light(shop_id: ShopId) -> Light:
    """Return the light of answers."""
    with shop_scope(shop_id):
        questions, by_language = count_questions(), count_entries()
    url = reverse("answers:answers")
    if not questions:
        reason = LightReason(_("The assistant has no answers to give."), url, _("Write answers"), stops=True)
        return Light(_("The assistant passes every question to your team."), (reason,))
    text = ngettext(
        "The assistant answers %(count)d question.", "The assistant answers %(count)d questions.", questions
    )
    most = max(by_language.values())
    gaps = [
        LightReason(
            _("Answers in %(language)s: %(count)s of %(all)s")
            % {"language": language_name(language), "count": count, "all": most},
            url,
            _("Translate answers"),
        )
        for language, count in sorted(by_language.items())
        if count < most
    ]
    return Light(text % {"count": questions}, tuple(gaps))
