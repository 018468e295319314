"""REST: how good the assistant and the team are."""

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from chatbot.console.quality.forms import read_days
from chatbot.console.quality.selectors import read_period, shop_today
from chatbot.console.quality.types import READ_CHAT_QUALITY, DayCounts
from shopconnect.core.rest.errors import BadFields
from shopconnect.core.rest.schema import example
from shopconnect.core.rest.views import RestView

COUNTS = {
    "conversations": 12,
    "with_question": 11,
    "answered": 8,
    "solved_confirmed": 2,
    "solved_assumed": 4,
    "passed_to_team": 3,
    "neither": 2,
    "answers_checked": 5,
    "answers_right": 4,
    "reasons": {"person": 2, "change": 1},
    "grades": {"5": 2, "3": 1},
    "median_wait_seconds": 412,
    "p90_wait_seconds": 1980,
}


class DayCountsOut(serializers.Serializer):
    """What became of conversations; each with a question is solved (confirmed or assumed), passed on, or neither."""

    conversations = serializers.IntegerField(help_text="Conversations in which the shopper wrote something")
    with_question = serializers.IntegerField(source="questions", help_text="Those with more than small talk")
    answered = serializers.IntegerField(help_text="With at least one answer from the assistant")
    solved_confirmed = serializers.IntegerField(
        source="confirmed", help_text="Answered without the team, and the shopper said that it helped"
    )
    solved_assumed = serializers.IntegerField(
        source="assumed",
        help_text="Answered without the team; the last word was an answer, and the shopper said nothing",
    )
    passed_to_team = serializers.IntegerField(source="passed")
    neither = serializers.IntegerField(source="open_ended")
    answers_checked = serializers.IntegerField(source="judged", help_text="Answers that staff marked as right or wrong")
    answers_right = serializers.IntegerField(source="right")
    reasons = serializers.DictField(
        child=serializers.IntegerField(), help_text="Conversations passed to the team, by topic"
    )
    grades = serializers.DictField(
        child=serializers.IntegerField(), help_text="Shoppers by the rating they gave, 5 being the best"
    )
    median_wait_seconds = serializers.SerializerMethodField(help_text="From the last request for a person to the reply")
    p90_wait_seconds = serializers.SerializerMethodField(help_text="Nine in ten had a reply within this time")

    def get_median_wait_seconds(self, counts: DayCounts) -> int | None:
        """Return the median wait for a person."""
        return counts.wait_seconds(50)

    def get_p90_wait_seconds(self, counts: DayCounts) -> int | None:
        """Return within which time nine in ten had a reply."""
        return counts.wait_seconds(90)


class ChatDayOut(serializers.Serializer):
    """A day on which conversations began."""

    day = serializers.DateField()
    counts = DayCountsOut()


class ChatQualityOut(serializers.Serializer):
    """What became of the conversations that began on some days of the shop's time zone."""

    first = serializers.DateField()
    last = serializers.DateField()
    total = DayCountsOut()
    days = ChatDayOut(many=True, help_text="Only days on which a conversation began")


class ChatQuality(RestView):
    """How good the assistant and the team are."""

    scopes: ClassVar = {"GET": READ_CHAT_QUALITY}

    @extend_schema(
        operation_id="chat_quality",
        summary="Figures about conversations",
        tags=["Conversations"],
        responses=ChatQualityOut,
        parameters=[
            OpenApiParameter("from", str, description="First day, such as 2026-11-24; four weeks ago by default."),
            OpenApiParameter("to", str, description="Last day; today by default."),
        ],
        examples=[
            example(
                "Two days",
                {
                    "first": "2026-11-23",
                    "last": "2026-11-24",
                    "total": COUNTS,
                    "days": [{"day": "2026-11-24", "counts": COUNTS}],
                },
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """What became of the conversations that began on these days, 366 at most, without their content."""
        shop_id = self.caller.shop_id
        first, last, wrong = read_days(request.query_params, shop_today(shop_id))
        if wrong:
            raise BadFields({name: [sentence] for name, sentence in wrong.items()})
        period = read_period(shop_id, first, last)
        body = {
            "first": period.first,
            "last": period.last,
            "total": period.total,
            "days": [{"day": day, "counts": counts} for day, counts in period.days.items()],
        }
        return Response(ChatQualityOut(body).data)
