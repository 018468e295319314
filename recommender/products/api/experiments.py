"""REST: tests on half of the visits."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.products import experiments
from recommender.products.api.rules import MOST_NUMBER
from recommender.products.types import READ_RULES, RULES_KIND, VARIETY_KIND, WRITE_RULES
from shopconnect.core.errors import Missing
from shopconnect.core.rest.callers import NOBODY
from shopconnect.core.rest.fields import IdField, TimeField, read_id
from shopconnect.core.rest.schema import example, path_id
from shopconnect.core.rest.views import RestView
from shopconnect.experiments import decisions
from shopconnect.experiments.selectors import list_experiments

MOST_TESTS = 50
TEST = {
    "id": "4611686018427387904",
    "kind": "rules",
    "percent": 50,
    "value": 3,
    "base": 2,
    "ended_at": None,
    "started_at": "2026-11-22T03:05:01Z",
    "ends_at": "2026-12-20T03:05:01Z",
    "because": "",
}


class TestOut(serializers.Serializer):
    """A test of B against A."""

    id = IdField(source="public_id")
    kind = serializers.CharField(help_text="rules or variety")
    percent = serializers.IntegerField(help_text="Variant B’s share of the visits outside the control group")
    value = serializers.IntegerField(help_text="The version of the rules, or the percent for variety, of B")
    base = serializers.IntegerField(allow_null=True, help_text="The same for A")
    started_at = TimeField()
    ends_at = TimeField(allow_null=True)
    ended_at = TimeField(allow_null=True)
    because = serializers.CharField(source="ended_because", help_text="kept, harm, errors or empties", allow_null=True)


class TestsOut(serializers.Serializer):
    """The tests there were, newest first."""

    data = TestOut(many=True)  # type: ignore[assignment]


class TestIn(serializers.Serializer):
    """What half of the visits try."""

    kind = serializers.RegexField(f"^({RULES_KIND}|{VARIETY_KIND})$")
    value = serializers.IntegerField(
        min_value=0, max_value=MOST_NUMBER, help_text="A version (0 is the draft) or a percentage"
    )
    days = serializers.IntegerField(min_value=1, max_value=180)
    mark = serializers.CharField(max_length=64, default="", allow_blank=True, help_text="Of the draft being tried")
    meant = serializers.BooleanField(default=False, help_text="Try the draft without a simulation")


class TestEndIn(serializers.Serializer):
    """How a test ends."""

    keep = serializers.BooleanField(default=False, help_text="Keep variant B for everyone")


class TestList(RestView):
    """Tests on half of the visits."""

    scopes: ClassVar = {"GET": READ_RULES, "POST": WRITE_RULES}

    @extend_schema(
        operation_id="tests",
        summary="Tests",
        tags=["Tests"],
        responses=TestsOut,
        examples=[example("Tests", {"data": [TEST]})],
    )
    def get(self, request: Request) -> Response:
        """The latest tests, the running one first."""
        return Response(_tests(self))

    @extend_schema(
        operation_id="tests_begin",
        summary="Start a test",
        tags=["Tests"],
        request=TestIn,
        responses={201: TestsOut},
        examples=[example("Tests", {"data": [TEST]})],
    )
    def post(self, request: Request) -> Response:
        """Try a version of the rules or a variety setting on half of the visits; one test at a time."""
        sent, shop_id = self.read(TestIn), self.caller.shop_id
        if sent["kind"] == VARIETY_KIND:
            experiments.start_diversity_experiment(shop_id, NOBODY, sent["value"], sent["days"])
        else:
            experiments.start_rules_experiment(
                shop_id, NOBODY, sent["value"], sent["days"], expected_etag=sent["mark"], is_confirmed=sent["meant"]
            )
        return Response(_tests(self), status=201)


class TestEnd(RestView):
    """Ending a test."""

    scopes: ClassVar = {"POST": WRITE_RULES}

    @extend_schema(
        operation_id="tests_end",
        summary="End a test",
        tags=["Tests"],
        request=TestEndIn,
        parameters=[path_id()],
        responses=TestsOut,
        examples=[example("Tests", {"data": [TEST]})],
    )
    def post(self, request: Request, public_id: str) -> Response:
        """End the running test: everyone gets A again, or B if it is kept."""
        shop_id, test = self.caller.shop_id, read_id(public_id)
        end = decisions.keep_variant if self.read(TestEndIn)["keep"] else decisions.stop_experiment
        if not end(shop_id, NOBODY, test):
            raise Missing(_("Nothing was found here."))
        return Response(_tests(self))


def _tests(view: RestView) -> Any:
    return TestsOut({"data": [test for test, _outcome in view.ask(list_experiments, MOST_TESTS)]}).data
