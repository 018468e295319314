"""Conversations and answers among what a merchant searches."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.utils.timezone import localtime

from chatbot.answers.selectors import find_entries
from chatbot.answers.transcripts.selectors import find_exchanges
from shopconnect.core.words import query_words
from shopconnect.ui.dates import date_format
from shopconnect.ui.search import SearchHit

LONGEST = 120


def find_conversations(text: str, most: int) -> list[SearchHit]:
    """Return the latest conversations in which a shopper used each word of a text."""
    return [
        SearchHit(
            title=Truncator(one.asked).chars(LONGEST),
            detail=date_format(localtime(one.asked_at), "SHORT_DATE_FORMAT"),
            url=reverse("console:conversation", args=[one.conversation]),
        )
        for one in find_exchanges(query_words(text), most)
    ]


def find_answers(text: str, most: int) -> list[SearchHit]:
    """Return the answers whose question, however it is put, has each word of a text."""
    return [
        SearchHit(
            title=one.question,
            detail=Truncator(one.answer).chars(LONGEST),
            url=f"{reverse('answers:answer')}?{urlencode({'entry': one.external_id})}",
        )
        for one in find_entries(query_words(text), most)
    ]
