"""REST: what the shop answers with, and what was said."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chatbot.answers import selectors
from chatbot.answers.faq import store_entries
from chatbot.answers.transcripts import selectors as transcripts
from chatbot.answers.types import (
    LONGEST_ANSWER,
    LONGEST_CATEGORY,
    LONGEST_ID,
    LONGEST_PHRASE,
    MOST_PHRASES,
    READ_BY_PROGRAM,
    READ_CHATS,
    READ_FAQ,
    WRITE_FAQ,
    EntrySummary,
)
from shopconnect.core.errors import Missing
from shopconnect.core.languages import LANGUAGES
from shopconnect.core.rest.errors import BadFields
from shopconnect.core.rest.fields import BoundedListField, TimeField, read_id
from shopconnect.core.rest.pages import paged, requested_page
from shopconnect.core.rest.schema import PAGING, example, page_of, path_id
from shopconnect.core.rest.views import RestView
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.shops.audit import note_daily

_Found = TypeVar("_Found")
ENTRY = {
    "id": "returns",
    "language": "fr",
    "question": "Comment renvoyer un article ?",
    "answer": "Vous avez 14 jours pour nous le renvoyer.",
    "phrases": ["retourner un colis"],
    "category": "Retours",
}
CHAT: dict[str, object] = {
    "id": "4611686018427387904",
    "language": "fr",
    "started_at": "2026-11-20T10:15:00Z",
    "last_at": "2026-11-20T10:16:00Z",
    "notice": "1-fr",
    "notice_at": "2026-11-20T10:15:00Z",
    "person_asked_at": None,
    "grade": 5,
    "exchanges": [
        {
            "id": "4611686018427387905",
            "way": "written",
            "asked_at": "2026-11-20T10:15:00Z",
            "answered_at": "2026-11-20T10:15:00.210000Z",
            "asked": "je veux renvoyer ma lampe",
            "outcome": "answer",
            "topic": None,
            "reply": "Vous avez 14 jours pour nous le renvoyer.",
            "entry": "returns",
            "source": {"question": "Comment renvoyer un article ?", "changed_at": "2026-11-02T08:00:00Z"},
            "products": [],
            "confidence": 0.93,
            "helpful": None,
            "generated": False,
        }
    ],
    "messages": [
        {
            "id": "4611686018427387905",
            "author": "shopper",
            "way": "written",
            "language": "fr",
            "text": "je veux renvoyer ma lampe",
            "at": "2026-11-20T10:15:00Z",
            "answers": None,
            "outcome": None,
            "topic": None,
            "entry": "",
            "source": None,
            "products": [],
            "confidence": None,
            "helpful": None,
            "generated": False,
        },
        {
            "id": "4611686018427387906",
            "author": "bot",
            "way": None,
            "language": "fr",
            "text": "Vous avez 14 jours pour nous le renvoyer.",
            "at": "2026-11-20T10:15:00.210000Z",
            "answers": "4611686018427387905",
            "outcome": "answer",
            "topic": None,
            "entry": "returns",
            "source": {"question": "Comment renvoyer un article ?", "changed_at": "2026-11-02T08:00:00Z"},
            "products": [],
            "confidence": 0.93,
            "helpful": None,
            "generated": False,
        },
    ],
}
LANGUAGE = OpenApiParameter("language", str, enum=LANGUAGES)


class EntryOut(serializers.Serializer):
    """An entry of the FAQ; id and language together are its name."""

    id = serializers.CharField(source="external_id")
    language = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField()
    phrases = serializers.ListField(child=serializers.CharField(), help_text="Other ways to ask the question")
    category = serializers.CharField()


class EntryIn(serializers.Serializer):
    """What an entry says; what is left out is empty."""

    question = serializers.CharField(max_length=LONGEST_PHRASE)
    answer = serializers.CharField(max_length=LONGEST_ANSWER)
    phrases = BoundedListField(
        child=serializers.CharField(max_length=LONGEST_PHRASE), max_length=MOST_PHRASES, default=list
    )
    category = serializers.CharField(max_length=LONGEST_CATEGORY, default="", allow_blank=True)


class AnswerSourceOut(serializers.Serializer):
    """The entry that an answer is from."""

    question = serializers.CharField()
    changed_at = TimeField(help_text="When the entry last changed")


class ProductCardOut(serializers.Serializer):
    """A product that was shown, in the shopper’s language."""

    id = serializers.CharField(help_text="The platform’s id")
    title = serializers.CharField()
    url = serializers.CharField()
    image = serializers.CharField()
    price = serializers.CharField(help_text="As it was shown, empty if none was")
    stock = serializers.CharField(help_text="Availability as it was shown")


class ExchangeOut(serializers.Serializer):
    """One message and what came back; addresses and numbers were taken out before it was stored."""

    id = serializers.CharField(source="exchange")
    way = serializers.CharField(help_text="written, chosen (from the guesses) or person (the shopper asked for one)")
    asked_at = TimeField()
    answered_at = TimeField(allow_null=True)
    asked = serializers.CharField(help_text="Empty if the shopper used the button to ask for a person")
    outcome = serializers.CharField(
        allow_null=True, help_text="answer, guesses, hand_over, fact or small_talk; null while pending"
    )
    topic = serializers.CharField(allow_null=True, help_text="What it was about if no entry could answer it")
    reply = serializers.CharField()
    entry = serializers.CharField(help_text="Id of the entry used as the answer, empty if none")
    source = AnswerSourceOut(  # type: ignore[assignment]
        allow_null=True, help_text="The entry used as the answer, as it is now"
    )
    products = ProductCardOut(source="cards", many=True, help_text="Products that the reply showed")
    confidence = serializers.FloatField(allow_null=True, help_text="Probability that the answer is right, 0 to 1")
    helpful = serializers.BooleanField(allow_null=True, help_text="The shopper’s feedback")
    generated = serializers.BooleanField(
        source="is_generated", help_text="Whether a language model worded the entry’s answer"
    )


class MessageOut(serializers.Serializer):
    """One message of a conversation; from outcome on, only the assistant’s have anything."""

    id = serializers.CharField(source="message")
    author = serializers.CharField(
        help_text="shopper, bot (the assistant), staff, note (of staff, for staff) or event (what happened)"
    )
    way = serializers.CharField(allow_null=True, help_text="Of a shopper’s message: written, chosen or person")
    language = serializers.CharField()
    text = serializers.CharField(help_text="Empty if the shopper used the button to ask for a person")
    at = TimeField()
    answers = serializers.CharField(allow_null=True, help_text="Id of the message that the assistant replied to")
    outcome = serializers.CharField(allow_null=True, help_text="As in exchanges")
    topic = serializers.CharField(allow_null=True)
    entry = serializers.CharField()
    source = AnswerSourceOut(allow_null=True)  # type: ignore[assignment]
    products = ProductCardOut(source="cards", many=True)
    confidence = serializers.FloatField(allow_null=True)
    helpful = serializers.BooleanField(allow_null=True)
    generated = serializers.BooleanField(source="is_generated")


class ChatOut(serializers.Serializer):
    """A conversation, oldest message first."""

    id = serializers.CharField(source="conversation")
    language = serializers.CharField()
    started_at = TimeField()
    last_at = TimeField()
    notice = serializers.CharField(help_text="Version and language of the sentence that says a machine answers")
    notice_at = TimeField(help_text="When that sentence was shown")
    person_asked_at = TimeField(allow_null=True)
    grade = serializers.IntegerField(allow_null=True, help_text="The shopper’s rating, from 1 to 5 (best)")
    exchanges = ExchangeOut(many=True, help_text="The shopper’s messages, each with the assistant’s reply to it")
    messages = MessageOut(many=True, help_text="What was said by everybody, oldest first")


class EntryList(RestView):
    """The FAQ of the shop."""

    scopes: ClassVar = {"GET": READ_FAQ}

    @extend_schema(
        operation_id="faq",
        summary="Entries of the FAQ",
        tags=["FAQ"],
        responses=page_of(EntryOut),
        parameters=[*PAGING, LANGUAGE],
        examples=[example("A page", {"data": [ENTRY], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Every entry, oldest first, in one language or in all."""
        language = request.query_params.get("language")
        if language is not None and language not in LANGUAGES:
            raise BadFields({"language": [", ".join(LANGUAGES)]})
        page = requested_page(request, f"faq:{language}")
        found = self.ask(selectors.list_entries, page.after_id, page.limit + 1, language)
        return Response(paged([entry for _, entry in found], page, EntryOut, ids=[row_id for row_id, _ in found]))


class EntryDetail(RestView):
    """One entry of the FAQ."""

    scopes: ClassVar = {"GET": READ_FAQ, "PUT": WRITE_FAQ}
    parameters: ClassVar = [
        OpenApiParameter("language", str, OpenApiParameter.PATH, enum=LANGUAGES),
        OpenApiParameter("external_id", str, OpenApiParameter.PATH, description="Your own id for the entry"),
    ]

    @extend_schema(
        operation_id="faq_entry",
        summary="An entry of the FAQ",
        tags=["FAQ"],
        responses=EntryOut,
        parameters=parameters,
        examples=[example("An entry", ENTRY)],
    )
    def get(self, request: Request, language: str, external_id: str) -> Response:
        """One entry by its language and id."""
        _refuse_unfit(language, external_id)
        return Response(EntryOut(self.or_404(self.ask(selectors.find_entry, language, external_id))).data)

    @extend_schema(
        operation_id="faq_store",
        summary="Write an entry of the FAQ",
        tags=["FAQ"],
        request=EntryIn,
        responses={200: EntryOut, 201: EntryOut},
        parameters=parameters,
        examples=[example("An entry", ENTRY)],
    )
    def put(self, request: Request, language: str, external_id: str) -> Response:
        """Create or replace an entry. Answers use it within seconds. Sending the same again changes nothing."""
        _refuse_unfit(language, external_id)
        sent = self.read(EntryIn)
        entry = EntrySummary(
            external_id, language, sent["question"], sent["answer"], tuple(sent["phrases"]), sent["category"]
        )
        stored = self.ask(store_entries, [entry])
        return Response(EntryOut(entry).data, status=201 if stored.new else 200)


class ChatView(RestView):
    """What was said: that a program read it is written down, once a day for each token."""

    scopes: ClassVar = {"GET": READ_CHATS}

    def ask(self, question: Callable[..., _Found], *args: Any, **named: Any) -> _Found:
        """Ask as any view does, and note in the same scope who read what was found."""
        with shop_scope(self.caller.shop_id):
            found = question(*args, **named)
            if found:
                note_daily(None, READ_BY_PROGRAM, self.caller.name)
            return found


class ChatList(ChatView):
    """The conversations of the shop."""

    @extend_schema(
        operation_id="chats",
        summary="Conversations",
        tags=["Conversations"],
        responses=page_of(ChatOut),
        parameters=PAGING,
        examples=[example("A page", {"data": [CHAT], "next": None})],
    )
    def get(self, request: Request) -> Response:
        """Every conversation with its messages, oldest first."""
        page = requested_page(request, "chats")
        found = self.ask(transcripts.list_conversations, page.after_id, page.limit + 1)
        conversations = [conversation for _, conversation in found]
        return Response(paged(conversations, page, ChatOut, ids=[row_id for row_id, _ in found]))


class ChatDetail(ChatView):
    """One conversation."""

    @extend_schema(
        operation_id="chat",
        summary="A conversation",
        tags=["Conversations"],
        responses=ChatOut,
        parameters=[path_id()],
        examples=[example("A conversation", CHAT)],
    )
    def get(self, request: Request, public_id: str) -> Response:
        """One conversation by its public id, with its messages."""
        return Response(ChatOut(self.or_404(self.ask(transcripts.find_conversation, read_id(public_id)))).data)


def _refuse_unfit(language: str, external_id: str) -> None:
    unfit = "\0" in external_id or any("\ud800" <= sign <= "\udfff" for sign in external_id)
    if language not in LANGUAGES or unfit or not external_id.strip() or len(external_id) > LONGEST_ID:
        raise Missing(_("Nothing was found here."))
