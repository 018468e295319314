"""Today's facts in the rows of a model, and the merchant's rules among them: worked out once, then kept in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recommender.products.engine.candidates import untried_rows
from recommender.products.engine.cards import aligned
from recommender.products.engine.rules import Bound, Columns, bind, columns_of, pool
from recommender.products.rule_types import Rule
from recommender.products.rules import names_in
from shopconnect.core import caches
from shopconnect.core.artefacts.store import Artefact

MOST_SHOPS, MOST_BOUND = 2_000, 32


@dataclass(frozen=True, slots=True)
class Today:
    """The facts of one version by a model's rows: as shelves read them, and as rules do; `learnt` is the model."""

    version: str
    facts: Mapping[str, Any]
    columns: Columns
    learnt: Mapping[str, Any]
    _bound: dict[tuple[Rule, ...], tuple[Bound, Any]] = field(default_factory=dict)
    _untried: dict[tuple[tuple[Rule, ...], float], Any] = field(default_factory=dict)

    def bound(self, rules: tuple[Rule, ...]) -> tuple[Bound, Any]:
        """Return the rules of a shelf among the products, and which rows they bar, or have no card today."""
        kept = self._bound.get(rules)
        if kept is None:
            if len(self._bound) >= MOST_BOUND:  # drafts come and go
                self._bound.clear()
            found = bind(rules, self.columns)
            kept = self._bound[rules] = (found, ~(self.facts["here"] & pool(found)))
        return kept

    def untried(self, rules: tuple[Rule, ...], day: float) -> Any:
        """Return the rows that a shelf may explore on a day, by its rules."""
        kept = self._untried.get((rules, day))
        if kept is None:
            if len(self._untried) >= MOST_BOUND:
                self._untried.clear()
            kept = self._untried[rules, day] = untried_rows(self.learnt, self.facts, day, self.bound(rules)[1])
        return kept


def today_of(model: Artefact, facts: Artefact) -> Today:
    """Return the facts by the model's rows; a newer version takes the place of the one before."""
    kept = _kept.get(model.version)
    if kept is None or kept.version != facts.version:
        if len(_kept) >= MOST_SHOPS:
            _kept.clear()
        columns = aligned(model.arrays["public_ids"], facts.arrays)
        by_row = {**columns, "public_ids": model.arrays["public_ids"]}
        kept = Today(facts.version, columns, columns_of(by_row, names_in(facts), model.arrays), model.arrays)
        _kept[model.version] = kept
    return kept


_kept: dict[str, Today] = {}  # by the model's version, whose name is no other shop's
caches.register(_kept.clear)
