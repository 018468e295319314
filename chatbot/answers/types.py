"""What crosses the walls of the answers room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shopconnect.billing.types import Meter

READ_FAQ, WRITE_FAQ, READ_CHATS = "read:faq", "write:faq", "read:chats"  # scopes of tokens
READ_BY_PROGRAM = "program_read_conversations"  # what the audit calls it; its subject is the token's name
ANSWERS = Meter("answers")  # messages to the assistant
GRADES = range(1, 6)  # how a conversation went, 5 is the best
RETENTION_DAYS = 90  # after a conversation's last message

LONGEST_ID, LONGEST_PHRASE, LONGEST_ANSWER, LONGEST_CATEGORY = 255, 2_000, 20_000, 500  # characters of an entry
MOST_PHRASES = 200  # of an entry

# From here on nine answers in ten are right, also in shops that nothing was fitted on: tests/chatbot/fit_confidence.py.
ANSWER_FROM = 0.72


class AnswerOutcome(StrEnum):
    """What the shopper is given: an answer, three guesses to choose from, a person, a fact, or a few kind words."""

    ANSWER = "answer"
    GUESSES = "guesses"
    ESCALATE = "hand_over"  # as pages, exports and stored rows know it
    FACT = "fact"  # told from the shop's own data: a product, its stock, an order
    SMALL_TALK = "small_talk"  # nothing was asked that a shop could answer: neither answered nor refused


class Author(StrEnum):
    """Who a message of a conversation is from; a note is staff's, for staff, and an event nobody's."""

    SHOPPER = "shopper"
    BOT = "bot"
    STAFF = "staff"
    NOTE = "note"
    EVENT = "event"


class ChatEvent(StrEnum):
    """What happened in a conversation that nobody said; all but two are told the shopper."""

    TAKEN = "taken"
    HANDED_BACK = "handed_back"
    CLOSED = "closed"
    SNOOZED = "snoozed"
    RETURNED = "returned"  # to the queue: whoever had it let the shopper wait
    GRADE_ASKED = "grade_asked"  # how the conversation went


class Topic(StrEnum):
    """What a message is about that no entry answers."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    IDENTITY = "identity"
    WELLBEING = "wellbeing"
    AGREEMENT = "agreement"
    RUDENESS = "rudeness"
    OFF_TOPIC = "off_topic"
    ORDER = "order"
    PRODUCT = "product"
    STOCK = "stock"
    CHANGE = "change"
    RETURNS = "returns"
    WITHDRAWAL = "withdrawal"
    HOURS = "hours"
    DELIVERY = "delivery"
    CONTACT = "contact"
    PERSON = "person"
    DISTRESS = "distress"
    VIOLENCE = "violence"
    HEALTH = "health"
    DANGER = "danger"
    FRAUD = "fraud"
    LAW = "law"
    ANGER = "anger"


@dataclass(frozen=True, slots=True)
class EntrySummary:
    """One entry of a shop's FAQ in one language; `id` and `language` together are its name."""

    external_id: str
    language: str
    question: str
    answer: str
    phrases: tuple[str, ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True)
class TestQuestionSummary:
    """A message with the entry expected for it; `expect` is None when a person should answer."""

    __test__ = False  # the name starts as a test class would; it is none

    text: str
    language: str
    expect: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer, by its position in the index; `score` is its share of belief, 0 to 1."""

    position: int
    score: float


@dataclass(frozen=True, slots=True)
class AnswerDecision:
    """What the scorer says of one message; `confidence` is the chance that the first candidate is right.

    `topic` is what the reply is about where it is no entry's. `parts` are the two questions that it consists of, if it
    does, each with what the scorer says of it alone.
    """

    outcome: AnswerOutcome
    confidence: float
    candidates: tuple[Candidate, ...]
    topic: Topic | None = None
    parts: tuple[tuple[str, AnswerDecision], ...] = ()


@dataclass(frozen=True, slots=True)
class Belief:
    """How a shop judges a chance: what its labels add to the log odds, and from where on it answers."""

    shift: float = 0.0
    answer_from: float = ANSWER_FROM


@dataclass(frozen=True, slots=True)
class ThresholdFigures:
    """Of labelled messages, how many are answered from a chance on, and how many of these rightly."""

    threshold: float
    answered: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What is known of confidence in a shop; below `lowest` too many answers would be wrong.

    `figures` of `labels` messages are empty until they were measured; `chosen_by` is who moved the threshold.
    """

    answer_from: float
    lowest: float
    labels: int
    figures: tuple[ThresholdFigures, ...]
    measured_at: datetime | None
    chosen_by: int | None
    chosen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Before:
    """The last question of a conversation that was answered: its words, and the entry with its place in the index."""

    asked: str
    question: str
    position: int


class MessageKind(StrEnum):
    """What the shopper did: wrote, chose a guess, asked for a person by the button, or sent a photo."""

    WRITTEN = "written"
    CHOSEN = "chosen"
    PERSON = "person"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A question that was kept: the message's id, what the shopper's page knows it by, and the conversation's token.

    `awaits_staff` where somebody of the staff answers, and the assistant does not.
    """

    exchange_id: int
    exchange: str
    conversation: str
    awaits_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRequest:
    """A conversation, by its row id, in which somebody of the shop should answer, why, and the shopper's language."""

    conversation_id: int
    why: Topic
    language: str


@dataclass(frozen=True, slots=True)
class Guess:
    """An entry offered as a button: its public id and its question."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerSource:
    """The entry that an answer is from: its question, and when the shop last changed it."""

    question: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product as the chat shows it: the platform's id, and texts in the shopper's language; `stock` is a sentence."""

    id: str
    title: str
    url: str
    image: str
    price: str
    stock: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What the shop's own data tell a shopper, and the products that this is about."""

    topic: Topic
    text: str
    cards: tuple[ProductCard, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderForm:
    """How a shopper may see where an order stands: by number and e-mail address, or on the shop's own page.

    `number` is the one that the message named, "" for none; `link` is "" where the shop has no such page that we know.
    """

    number: str
    asks_email: bool
    link: str


@dataclass(frozen=True, slots=True)
class OrderQuestion:
    """Whose order is asked for: `customer` is who is signed in, "" for a guest, who tells number and e-mail address.

    `caller` is a keyed hash of the network address, `visit` the conversation's token or "".
    """

    number: str
    email: str
    customer: str
    caller: str
    visit: str


@dataclass(frozen=True, slots=True)
class ParcelStatus:
    """Where a parcel is, in a sentence, and the carrier's page of it, "" for none."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """Where an order stands, in words."""

    title: str
    lines: tuple[str, ...]
    parcels: tuple[ParcelStatus, ...]


@dataclass(frozen=True, slots=True)
class ReplySummary:
    """What the shopper is told, in `language`; `notice` says that a machine answers, in the first reply only.

    `exchange` names the message that this replies to, `message` the reply itself.
    `source` is None for what is no entry's answer, and for one whose entry is gone. `cards` are the products shown;
    `order` is how to see where an order stands, `withdrawal_url` where to withdraw from a purchase, where that
    was asked. `is_generated` where a language model worded the entry's answer. With `awaits_staff` nothing is told:
    somebody of the staff answers.
    """

    exchange: str
    message: str
    outcome: AnswerOutcome
    text: str
    language: str
    guesses: tuple[Guess, ...] = ()
    source: AnswerSource | None = None
    notice: str = ""
    cards: tuple[ProductCard, ...] = ()
    order: OrderForm | None = None
    withdrawal_url: str = ""
    is_generated: bool = False
    awaits_staff: bool = False


@dataclass(frozen=True, slots=True)
class IndexedEntry:
    """An entry as an index serves it."""

    public_id: str
    external_id: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """A message as its shopper may see it; `reply` is there for the assistant's.

    An event is a sentence, in which whoever answers now has a first name where they gave one. With `asks_grade` it
    asks how the conversation went, and `grade` is what the shopper said, None for nothing.
    """

    message: str
    author: Author
    way: MessageKind | None
    language: str
    text: str
    at: datetime
    reply: ReplySummary | None
    asks_grade: bool = False
    grade: int | None = None


@dataclass(frozen=True, slots=True)
class ShownTalk:
    """Part of a conversation as its shopper may see it, and whether there is more.

    `person_asked_in` is its row id where a person was asked for or answers, else None.
    """

    messages: tuple[ShownMessage, ...]
    has_more: bool
    person_asked_in: int | None


@dataclass(frozen=True, slots=True)
class CandidateSummary:
    """An entry that was considered for an exchange, with its share of belief from 0 to 1."""

    entry: str
    question: str
    score: float
