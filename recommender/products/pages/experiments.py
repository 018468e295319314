"""Tests of rules and of variety in plain words: what one would compare, and what each of the two has."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from recommender.products.evaluation import replay as replays
from recommender.products.experiments import diversity_choices_to_test
from recommender.products.pages.types import ExperimentProposal
from recommender.products.rules import services as rules
from recommender.products.rules.live import rules_for
from recommender.products.rules.types import Rule
from recommender.products.rules.words import difference_of, rule_names, sentence_of_caution
from recommender.products.services import choose_diversity, diversity_of
from recommender.products.types import RULES_KIND, VARIETY_KIND, DiversityPoint, State
from shopconnect.core.errors import Missing
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments.kinds import KindOfExperiment
from shopconnect.experiments.results import page_of
from shopconnect.experiments.words.experiments import outlook_of, running_experiment
from shopconnect.ui.templatetags.show import share


def diversity_proposal(shop_id: ShopId) -> ExperimentProposal:
    """Return what a test of variety would compare: what is shown today, and each setting that shows something else."""
    summary, page = diversity_of(shop_id), page_of(shop_id)
    chosen = next(choice for choice in summary.choices if choice.is_chosen)
    return ExperimentProposal(
        kind=VARIETY_KIND,
        a=diversity_words(chosen.percent, summary.shown),
        choices=tuple(
            (choice.percent, diversity_words(choice.percent, choice.point))
            for choice in diversity_choices_to_test(shop_id)
        ),
        outlook=outlook_of(page),
        running=running_experiment(page),
    )


def rules_proposal(shop_id: ShopId, number: int, language: str) -> ExperimentProposal:
    """Return what a test of a version of the rules would compare with what is in force; 0 is the draft.

    Raises Missing for a version that never was, and where there is no draft.
    """
    live = rules.current_version(shop_id)
    tried = rules.find_version(shop_id, number) if number else rules.find_draft(shop_id)
    if tried is None:
        raise Missing(_("There is no draft."))
    replay, page = replays.latest_replay(shop_id, tried.rules), page_of(shop_id)
    is_replayed = replay is not None and replay.is_current and replay.state == State.DONE
    return ExperimentProposal(
        kind=RULES_KIND,
        number=number,
        a=rules_words(live.number),
        choices=((number, rules_words(number) if number else _("The draft")),) if tried.rules != live.rules else (),
        changes=_changes(shop_id, live.rules, tried.rules, language),
        cautions=tuple(
            sentence_of_caution(one, rule_names(shop_id, language)) for one in rules.cautions_for(shop_id, tried.rules)
        ),
        etag=rules.etag_of(tried.rules),
        is_confirmed=bool(number) or is_replayed,
        outlook=outlook_of(page),
        running=running_experiment(page),
    )


def diversity_words(percent: int, point: DiversityPoint | None = None) -> str:
    """Return a setting of variety in words, with how much of the catalogue it shows where that is measured."""
    words = {"percent": share(percent / 100), "coverage": share(point.coverage) if point else ""}
    if point is None:
        return (
            _("at most %(percent)s of accuracy for variety") % words if percent else _("no accuracy traded for variety")
        )
    if not percent:
        return _("no accuracy traded for variety, which shows %(coverage)s of the catalogue") % words
    return _("at most %(percent)s of accuracy for variety, which shows %(coverage)s of the catalogue") % words


def rules_words(number: int) -> str:
    """Return a version of the rules in words; 0 is how it was before any."""
    return _("version %(number)d of the rules") % {"number": number} if number else _("the default rules")


def describe_diversity(shop_id: ShopId, percent: int) -> str:
    """Return a setting of variety in words, with what it shows of a shop's catalogue today."""
    points = {choice.percent: choice.point for choice in diversity_of(shop_id).choices}
    return diversity_words(percent, points.get(percent))


def changed_rules(shop_id: ShopId, base: int, number: int, language: str) -> tuple[str, ...]:
    """Return what a version of the rules changes of another, a sentence each."""
    return _changes(shop_id, rules_for(shop_id, base).written, rules_for(shop_id, number).written, language)


def _changes(shop_id: ShopId, before: Sequence[Rule], after: Sequence[Rule], language: str) -> tuple[str, ...]:
    return difference_of(before, after, rule_names(shop_id, language))


KINDS = (
    KindOfExperiment(name=VARIETY_KIND, title=diversity_words, describe=describe_diversity, keep=choose_diversity),
    KindOfExperiment(
        name=RULES_KIND,
        title=rules_words,
        describe=lambda shop_id, number: rules_words(number),
        keep=rules.undo_to,
        changes=changed_rules,
    ),
)
