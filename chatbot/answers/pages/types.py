"""What the pages of answers show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.answers.composition.types import CompositionStatus, SuggestedPhrases
from chatbot.answers.drafts.types import AnswerRow, ComparedVersion, EditedAnswer, TrialSummary
from chatbot.answers.facts.returns import ReturnTerms
from chatbot.answers.facts.types import ContactDetails, OpeningHours, ShippingOption
from chatbot.answers.transcripts.types import ExchangeSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersPage:
    """One page of the list; `exchange` is what a shopper asked and somebody wants to answer, `drafts` counts all."""

    rows: tuple[AnswerRow, ...]
    has_more: bool
    drafts: int
    is_empty: bool
    exchange: ExchangeSummary | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """An entry in the editor; `languages` are those to write in, `is_served` whether shoppers get what is published.

    `composition` is None where no language model may be asked; `suggested` is what one proposed, by language.
    """

    edited: EditedAnswer
    languages: tuple[str, ...]
    trial: TrialSummary | None
    is_served: bool
    placeholders: tuple[str, ...]
    exchange: ExchangeSummary | None
    timezone: str
    composition: CompositionStatus | None
    suggested: Mapping[str, SuggestedPhrases]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsPage:
    """The versions of an entry, newest first, each with what it changed."""

    edited: EditedAnswer
    versions: tuple[ComparedVersion, ...]
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPages:
    """The pages that a shop has on its platform: what it is called, and the scopes still to be granted, "" for none."""

    label: str
    missing_scopes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopDetails:
    """What a shop says of itself for its shoppers."""

    hours: OpeningHours
    shipping: tuple[ShippingOption, ...]
    returns: ReturnTerms
    contact: ContactDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsPage:
    """The shop's details, the languages that it is written in, its currency and its time zone."""

    details: ShopDetails
    languages: tuple[str, ...]
    currency: str
    timezone: str
