"""Plays an invented conversation to its end: what the assistant says is given, all others' words are drawn.

In the shop's open scope, for its hours decide when the team answers. Writes nothing.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import translation

from chatbot.answers import replies
from chatbot.answers.facts.opening import opening_at
from chatbot.answers.staff.grading import IDLE
from chatbot.answers.transcripts.messages import words_of_request
from chatbot.answers.transcripts.types import ConversationDraft, MessageDraft
from chatbot.answers.types import AnswerOutcome, Author, ChatEvent, EntrySummary, MessageKind, Topic
from chatbot.console.inbox.ticket_lines import SIGNS
from chatbot.console.inbox.types import TicketDraft, TicketStatus
from chatbot.console.inbox.waits import waiting_words
from shopconnect.demo.conversations.drawing import SEED, talk_parts
from shopconnect.demo.conversations.types import Agent, InventedQuestion, InventedTalk, Scene

ANSWERED = (AnswerOutcome.ANSWER, AnswerOutcome.FACT)
# Of shoppers who got a right and a wrong answer, how many say that it helped, and that it did not.
HELPED = {True: (0.42, 0.02), False: (0.03, 0.45)}
JUDGED, REVIEWED, CHOOSES, SAYS_THANKS, GRADES_ANSWERS = 0.2, 0.3, 0.75, 0.18, 0.3
# Of shoppers whose question was not answered, and of those whom an answer did not help, how many ask for a person.
UNANSWERED_WISH, UNHELPED_WISH = 0.38, 0.5
LEFT, HANDED_BACK, NOTED, GRADES_TEAM, THANKS_TEAM = 0.06, 0.15, 0.2, 0.55, 0.75
TEAM_GRADES, ANSWER_GRADES = (0.04, 0.06, 0.1, 0.3, 0.5), (0.1, 0.1, 0.2, 0.33, 0.27)  # of 1 to 5
USUAL_WAIT_SECONDS, SPREAD = 420, 0.8  # the median of what is drawn log-normally


@dataclass(frozen=True, slots=True)
class AssistantReply:
    """What the assistant says to a text, by no message yet; `wants_person` where the team should hear of it."""

    draft: MessageDraft
    wants_person: bool


@dataclass(frozen=True, slots=True)
class Assistant:
    """What the assistant says, by language and text, and the FAQ, by language and id."""

    replies: Mapping[tuple[str, str], AssistantReply]
    entries: Mapping[tuple[str, str], EntrySummary]


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedTalk:
    """A conversation with its ticket, None for none; `answer` is what the agent is about to say in one that lasts."""

    conversation: ConversationDraft
    ticket: TicketDraft | None
    scene: Scene
    agent: Agent
    answer: str


def stage(talk: InventedTalk, assistant: Assistant, agents: Sequence[Agent], customer: str) -> StagedTalk:
    """Return what becomes of a conversation; `customer` is who is signed in, by the platform's id, "" for a guest."""
    return _Stage(talk, assistant, agents).play(customer)


def name_of(talk: InventedTalk, agents: Sequence[Agent]) -> int:
    """Return the public id that a conversation has once it is staged."""
    return _Stage(talk, Assistant({}, {}), agents).conversation


class _Stage:
    """A conversation as it grows."""

    def __init__(self, talk: InventedTalk, assistant: Assistant, agents: Sequence[Agent]) -> None:
        self.talk, self.assistant = talk, assistant
        self.chance = random.Random(f"{SEED}-{talk.seed}")  # noqa: S311
        self.agent = self.chance.choice(agents)
        self.at = talk.started_at
        self.messages: list[MessageDraft] = []
        self.reference = "{}{}{}{}-{}{}".format(*self.chance.choices(SIGNS, k=6))
        self.conversation = self.chance.getrandbits(62)
        self.ticket: TicketDraft | None = None
        self.grade: int | None = None

    def play(self, customer: str) -> StagedTalk:
        is_live = self.talk.scene != Scene.PAST
        question = self.talk.questions[0]
        for question in self.talk.questions[: 1 if is_live else None]:
            self._ask(question)
            if is_live and self.ticket is None:
                self._wish()
            if self.ticket is not None:
                break
            self._later(20, 120)
        answer = self._answer(question)
        if self.ticket is None:
            self._end_without_team()
        elif not is_live:
            self._end_with_team(answer, self.ticket)
        if self.ticket is not None:
            self.ticket = replace(self.ticket, conversation=self.conversation)
        said = [one for one in self.messages if one.author not in (Author.NOTE, Author.EVENT)]
        draft = ConversationDraft(
            conversation=self.conversation,
            language=self.talk.language,
            started_at=self.talk.started_at,
            last_at=max(one.at for one in said),
            notice=f"{replies.NOTICE_VERSION}-{self.talk.language}",
            notice_at=self.talk.started_at,
            person_asked_at=self.ticket.asked_at if self.ticket else None,
            grade=self.grade,
            customer=customer,
            messages=tuple(self.messages),
        )
        return StagedTalk(
            conversation=draft, ticket=self.ticket, scene=self.talk.scene, agent=self.agent, answer=answer
        )

    def _ask(self, question: InventedQuestion) -> None:
        """The shopper asks, hears the assistant, and does something about it."""
        self._shopper(question.text)
        reply = self._reply(question.text)
        if self.ticket is not None:
            return
        if reply.outcome == AnswerOutcome.GUESSES:
            reply = self._choose(question, reply)
        if reply.outcome in ANSWERED:
            is_unhelped = self._judge(question, reply)
            if is_unhelped and self._happens(UNHELPED_WISH):
                self._wish()
        elif reply.outcome != AnswerOutcome.SMALL_TALK and reply.topic is None and self._happens(UNANSWERED_WISH):
            self._wish()

    def _reply(self, text: str) -> MessageDraft:
        found = self.assistant.replies[self.talk.language, text]
        return self._assistant(found.draft, found.draft.topic if found.wants_person else None)

    def _choose(self, question: InventedQuestion, reply: MessageDraft) -> MessageDraft:
        """Choose the guess that is meant, where it is among them; returns the last reply."""
        entry = self.assistant.entries.get((self.talk.language, question.expect or ""))
        offered = [one.entry for one in reply.candidates]
        if entry is None or entry.external_id not in offered or not self._happens(CHOOSES):
            return reply
        self._later(5, 25)
        self._shopper(entry.question, MessageKind.CHOSEN)
        return self._assistant(self._said(entry.answer, AnswerOutcome.ANSWER, entry=entry.external_id))

    def _judge(self, question: InventedQuestion, reply: MessageDraft) -> bool:
        """Have the shopper say whether an answer helped, and staff what is right; says whether it did not help."""
        is_right = reply.outcome == AnswerOutcome.FACT or reply.entry == question.expect
        helped, failed = HELPED[is_right]
        if self.talk.scene != Scene.PAST:
            helped = 0.0  # who calls a person now is not content
        drawn = self.chance.random()
        helpful = True if drawn < helped else False if drawn < helped + failed else None
        expect = (question.expect or "") if reply.entry and self._happens(JUDGED) else None
        self.messages[-1] = replace(reply, helpful=helpful, expect=expect)
        return helpful is False

    def _wish(self) -> None:
        """Choose the button that calls a person."""
        self._later(10, 45)
        self._shopper("", MessageKind.PERSON)
        with translation.override(self.talk.language):
            text = replies.reply_text(AnswerOutcome.ESCALATE, Topic.PERSON, "")
        self._assistant(self._said(text, AnswerOutcome.ESCALATE, Topic.PERSON), Topic.PERSON)

    def _said(self, text: str, outcome: AnswerOutcome, topic: Topic | None = None, entry: str = "") -> MessageDraft:
        """What the assistant says to a button, which needs no search."""
        return MessageDraft(
            message=0,
            author=Author.BOT,
            at=self.at,
            language=self.talk.language,
            text=text,
            outcome=outcome,
            topic=topic,
            entry=entry,
            milliseconds=0.0,
            is_inline=True,
        )

    def _assistant(self, said: MessageDraft, why: Topic | None = None) -> MessageDraft:
        """The assistant replies to the last message; with `why` a person is called."""
        self._later(0.2, 0.9)
        text = said.text
        if why is not None:
            self.ticket = TicketDraft(
                conversation=0,
                reference=self.reference,
                status=TicketStatus.WAITING,
                why=why,
                asked_at=self.at,
                waiting_since=self.at,
            )
            with translation.override(self.talk.language):
                text = words_of_request(why, text, waiting_words(self.reference, self.at))
        asked = self.messages[-1].message
        self.messages.append(replace(said, message=self._id(), at=self.at, answers=asked, text=text))
        return self.messages[-1]

    def _end_without_team(self) -> None:
        """The shopper may thank, and say how it went."""
        is_answered = self.messages[-1].outcome in ANSWERED and self.messages[-1].helpful is not False
        if is_answered and self._happens(SAYS_THANKS):
            self._later(10, 60)
            text = self.chance.choice(polite_words(self.talk.language))
            self._shopper(text)
            self._reply(text)
        elif self.messages[-1].outcome in ANSWERED:
            self.at += IDLE
            self._event(ChatEvent.GRADE_ASKED, None)
            if self._happens(GRADES_ANSWERS):
                self.grade = self._grade(ANSWER_GRADES)
        if self._happens(REVIEWED):
            self.ticket = TicketDraft(
                conversation=0,
                reference=self.reference,
                status=TicketStatus.ASSISTANT,
                reviewed_at=self.at + timedelta(hours=2),
            )

    def _end_with_team(self, answer: str, ticket: TicketDraft) -> None:
        """Somebody takes the conversation, replies and closes it, or hands it back."""
        replied_at = None
        if not self._happens(LEFT):
            self.at = replied_at = self._replied_at(self.at)
            self._event(ChatEvent.TAKEN, self.agent)
            self._later(5, 40)
            self._staff(answer)
            if self._happens(NOTED):
                self._staff(self.chance.choice(talk_parts(self.talk.language, "note"))["text"], Author.NOTE)
            if self._happens(THANKS_TEAM):
                self._later(30, 240)
                self._shopper(self._named(self.chance.choice(talk_parts(self.talk.language, "thanks"))["text"]))
        self._later(60, 900)
        is_closed = replied_at is None or not self._happens(HANDED_BACK)
        self._event(ChatEvent.CLOSED if is_closed else ChatEvent.HANDED_BACK, self.agent)
        if is_closed:
            self._event(ChatEvent.GRADE_ASKED, None)
            if replied_at is not None and self._happens(GRADES_TEAM):
                self.grade = self._grade(TEAM_GRADES)
        self.ticket = replace(
            ticket,
            status=TicketStatus.CLOSED if is_closed else TicketStatus.ASSISTANT,
            waiting_since=None,
            first_reply_at=replied_at,
            closed_at=self.at if is_closed else None,
            reviewed_at=self.at + timedelta(hours=3) if self._happens(REVIEWED) else None,
            labels=self._labels(answer),
        )

    def _replied_at(self, asked_at: datetime) -> datetime:
        """When somebody answers: soon, or once the team is back."""
        opening = opening_at(asked_at)
        soon = timedelta(seconds=USUAL_WAIT_SECONDS * self.chance.lognormvariate(0.0, SPREAD))
        return (opening.opens_at or asked_at).astimezone(asked_at.tzinfo) + soon

    def _answer(self, question: InventedQuestion) -> str:
        """What the team says to a question."""
        lines = talk_parts(self.talk.language, "answer")
        about = question.expect or ("person" if self._is_upset() else "unknown")
        fitting = [row for row in lines if about in row["about"]] or [row for row in lines if "known" in row["about"]]
        entry = self.assistant.entries.get((self.talk.language, about))
        return self._named(self.chance.choice(fitting)["text"]).replace("{answer}", entry.answer if entry else "")

    def _is_upset(self) -> bool:
        """Whether a person was called by what was written, and not by the button."""
        return self.messages[-2].way == MessageKind.WRITTEN

    def _labels(self, answer: str) -> tuple[str, ...]:
        lines = talk_parts(self.talk.language, "answer")
        return tuple(row["label"] for row in lines if "label" in row and self._named(row["text"]) == answer)

    def _named(self, text: str) -> str:
        return text.replace("{agent}", self.agent.name)

    def _shopper(self, text: str, way: MessageKind = MessageKind.WRITTEN) -> None:
        self._add(Author.SHOPPER, text, way=way)

    def _staff(self, text: str, author: Author = Author.STAFF) -> None:
        self._add(author, text, by_id=self.agent.user_id)

    def _event(self, event: ChatEvent, by: Agent | None) -> None:
        self._add(Author.EVENT, event.value, by_id=by.user_id if by else None)

    def _add(self, author: Author, text: str, way: MessageKind | None = None, by_id: int | None = None) -> None:
        said = MessageDraft(
            message=self._id(), author=author, at=self.at, language=self.talk.language, text=text, way=way, by_id=by_id
        )
        self.messages.append(said)

    def _id(self) -> int:
        return self.chance.getrandbits(62)

    def _later(self, least_seconds: float, most_seconds: float) -> None:
        self.at += timedelta(seconds=self.chance.uniform(least_seconds, most_seconds))

    def _happens(self, share: float) -> bool:
        return self.chance.random() < share

    def _grade(self, weights: Sequence[float]) -> int:
        return self.chance.choices(range(1, 6), weights)[0]


def polite_words(language: str) -> list[str]:
    """Return how shoppers thank the assistant."""
    return [row["text"] for row in talk_parts(language, "thanks") if "{agent}" not in row["text"]]
