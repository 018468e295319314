"""REST: the merchant's rules, written as their page writes them, and tests on half of the visits."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.products import replays, rules, trials
from recommender.products.rule_types import Group, Push, RuleVersionFacts, Strength
from recommender.products.rule_words import sentence_of_caution, sentence_of_rule
from recommender.products.rulebook import KINDS, MOST_RULES, plain
from recommender.products.shelves import title_of
from recommender.products.types import READ_RULES, RULES_KIND, VARIETY_KIND, WRITE_RULES, Shelf, State
from shopconnect.core.errors import Missing
from shopconnect.core.rest.fields import IdField, TimeField, read_id
from shopconnect.core.rest.schema import example, path_id
from shopconnect.core.rest.views import RestView
from shopconnect.core.tenancy.context import ShopId
from shopconnect.experiments.selectors import list_experiments

TOKEN, MOST_NUMBER, MOST_TESTS, PLACES = 0, 2**31 - 1, 50, 8  # a token is nobody's account
RULES = {
    "number": 3,
    "state": "live",
    "at": "2026-11-22T03:05:01Z",
    "undoes": None,
    "mark": "9f86d081884c7d65",
    "is_replayed": True,
    "cautions": [],
    "rules": [{"kind": "limit", "by": "vendor", "most": 2, "sentence": "At most 2 products of one vendor"}],
}
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


class RuleIn(serializers.Serializer):
    """A rule: its kind, what that kind takes, and the one shelf that it is for."""

    kind = serializers.RegexField(f"^({'|'.join(KINDS)})$")
    shelf = serializers.ChoiceField(list(Shelf), required=False, help_text="Every shelf unless said")
    product = serializers.RegexField(r"^[0-9]{1,19}$", required=False, help_text="pin: the product's id")
    place = serializers.IntegerField(min_value=1, max_value=PLACES, required=False, help_text="pin")
    by = serializers.ChoiceField(list(Group), required=False, help_text="exclude, limit")
    name = serializers.CharField(max_length=300, required=False, help_text="exclude: a product's id, or the name")
    push = serializers.ChoiceField(list(Push), required=False, help_text="boost")
    strength = serializers.ChoiceField(list(Strength), required=False, help_text="boost")
    vendor = serializers.CharField(max_length=300, required=False, help_text="boost of a vendor")
    most = serializers.IntegerField(min_value=1, max_value=PLACES, required=False, help_text="limit")
    days = serializers.IntegerField(min_value=1, max_value=730, required=False, help_text="bought")
    low = serializers.IntegerField(min_value=0, max_value=1000, required=False, help_text="corridor, in percent")
    high = serializers.IntegerField(min_value=0, max_value=1000, required=False, help_text="corridor, in percent")


class RuleOut(serializers.Serializer):
    """A rule, and what it says."""

    def to_representation(self, instance: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the rule has, and no empty field."""
        return dict(instance)

    kind = serializers.CharField()
    sentence = serializers.CharField(help_text="For people, in the language of Accept-Language")


class RulesOut(serializers.Serializer):
    """A version of the rules, or the draft."""

    number = serializers.IntegerField(help_text="0 for the draft, and where nothing was ever written")
    state = serializers.CharField(help_text="live, past, tried or draft")
    at = TimeField(allow_null=True)
    undoes = serializers.IntegerField(allow_null=True, help_text="The version that this one is equal to")
    mark = serializers.CharField(help_text="The same for the same rules; say it of what you looked at")
    is_replayed = serializers.BooleanField(help_text="Whether these rules were replayed on the last weeks")
    cautions = serializers.ListField(child=serializers.CharField(), help_text="What is risky about them, for people")
    rules = RuleOut(many=True)


class DraftIn(serializers.Serializer):
    """Every rule of the draft, and the mark of what stood there."""

    mark = serializers.CharField(max_length=64)
    rules = serializers.ListField(child=RuleIn(), max_length=MOST_RULES)


class PublishIn(serializers.Serializer):
    """Which draft is put in force."""

    mark = serializers.CharField(max_length=64)
    meant = serializers.BooleanField(default=False, help_text="Put in force without a replay")


class UndoIn(serializers.Serializer):
    """Which version is put in force again."""

    number = serializers.IntegerField(min_value=0, max_value=MOST_NUMBER)


class TestOut(serializers.Serializer):
    """A test of B against A."""

    id = IdField(source="public_id")
    kind = serializers.CharField(help_text="rules or variety")
    percent = serializers.IntegerField(help_text="B's share of the visits that are not held out")
    value = serializers.IntegerField(help_text="The version of the rules, or the percent for variety, of B")
    base = serializers.IntegerField(allow_null=True, help_text="The same of A")
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
    value = serializers.IntegerField(min_value=0, max_value=MOST_NUMBER, help_text="A version, 0 the draft; or percent")
    days = serializers.IntegerField(min_value=1, max_value=180)
    mark = serializers.CharField(max_length=64, default="", allow_blank=True, help_text="Of the draft that is tried")
    meant = serializers.BooleanField(default=False, help_text="Try the draft without a replay")


class TestEndIn(serializers.Serializer):
    """How a test ends."""

    keep = serializers.BooleanField(default=False, help_text="Give everybody what B has")


class RuleList(RestView):
    """The rules that hold."""

    scopes: ClassVar = {"GET": READ_RULES}

    @extend_schema(
        operation_id="rules",
        summary="Rules in force",
        tags=["Rules"],
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def get(self, request: Request) -> Response:
        """The version of the rules that is in force."""
        return Response(_told(self.caller.shop_id, rules.current_version(self.caller.shop_id)))


class RuleDraft(RestView):
    """The draft of the rules, which the merchant's page shows too."""

    scopes: ClassVar = {"GET": READ_RULES, "PUT": WRITE_RULES}

    @extend_schema(
        operation_id="rules_draft",
        summary="Draft of the rules",
        tags=["Rules"],
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def get(self, request: Request) -> Response:
        """The draft; without one what is in force, of which a draft begins as a copy."""
        return Response(_draft(self.caller.shop_id))

    @extend_schema(
        operation_id="rules_write",
        summary="Write the draft",
        tags=["Rules"],
        request=DraftIn,
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def put(self, request: Request) -> Response:
        """Write every rule of the draft. Nothing changes for shoppers; rules equal to those in force leave no draft."""
        sent = self.read(DraftIn)
        rules.write_draft(self.caller.shop_id, TOKEN, sent["rules"], sent["mark"])
        return Response(_draft(self.caller.shop_id))


class RuleReplays(RestView):
    """Replaying the draft."""

    scopes: ClassVar = {"POST": WRITE_RULES}

    @extend_schema(
        operation_id="rules_replay",
        summary="Replay the draft",
        tags=["Rules"],
        request=None,
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def post(self, request: Request) -> Response:
        """Have the draft replayed on the last weeks; `is_replayed` says when it was. The page shows what it found."""
        replays.ask_replay(self.caller.shop_id, TOKEN)
        return Response(_draft(self.caller.shop_id))


class RulePublishing(RestView):
    """Putting the draft in force."""

    scopes: ClassVar = {"POST": WRITE_RULES}

    @extend_schema(
        operation_id="rules_publish",
        summary="Put the draft in force",
        tags=["Rules"],
        request=PublishIn,
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def post(self, request: Request) -> Response:
        """Put the draft in force as the next version, for everybody within seconds; without a draft nothing changes."""
        sent = self.read(PublishIn)
        rules.publish_draft(self.caller.shop_id, TOKEN, sent["mark"], is_confirmed=sent["meant"])
        return Response(_told(self.caller.shop_id, rules.current_version(self.caller.shop_id)))


class RuleUndoing(RestView):
    """Undoing."""

    scopes: ClassVar = {"POST": WRITE_RULES}

    @extend_schema(
        operation_id="rules_undo",
        summary="Undo to a version",
        tags=["Rules"],
        request=UndoIn,
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def post(self, request: Request) -> Response:
        """Put a new version in force that is equal to an older one; 0 is how it was before any."""
        rules.undo_to(self.caller.shop_id, TOKEN, self.read(UndoIn)["number"])
        return Response(_told(self.caller.shop_id, rules.current_version(self.caller.shop_id)))


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
        """The newest tests, the one that runs first."""
        return Response(_tests(self))

    @extend_schema(
        operation_id="tests_begin",
        summary="Begin a test",
        tags=["Tests"],
        request=TestIn,
        responses={201: TestsOut},
        examples=[example("Tests", {"data": [TEST]})],
    )
    def post(self, request: Request) -> Response:
        """Have half of the visits try a version of the rules, or a setting of variety; one test at a time."""
        sent, shop_id = self.read(TestIn), self.caller.shop_id
        if sent["kind"] == VARIETY_KIND:
            trials.try_variety(shop_id, TOKEN, sent["value"], sent["days"])
        else:
            trials.try_rules(shop_id, TOKEN, sent["value"], sent["days"], seen=sent["mark"], is_confirmed=sent["meant"])
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
        """End the test that runs: everybody gets A again, or B where that is kept."""
        shop_id, test = self.caller.shop_id, read_id(public_id)
        end = trials.keep_tried if self.read(TestEndIn)["keep"] else trials.end_tried
        if not end(shop_id, TOKEN, test):
            raise Missing(_("There is nothing here."))
        return Response(_tests(self))


def _tests(view: RestView) -> Any:
    return TestsOut({"data": [facts for facts, _outcome in view.ask(list_experiments, MOST_TESTS)]}).data


def _draft(shop_id: ShopId) -> Any:
    return _told(shop_id, rules.find_draft(shop_id) or rules.current_version(shop_id))


def _told(shop_id: ShopId, version: RuleVersionFacts) -> Any:
    language = (get_language() or "en")[:2]

    def title(product: int) -> str:
        return title_of(shop_id, product, language)

    replay = replays.latest_replay(shop_id, version.rules)
    cautions = rules.cautions_for(shop_id, version.rules)
    shown = [
        {
            **plain(rule),
            **({"product": str(rule.product)} if hasattr(rule, "product") else {}),
            "sentence": sentence_of_rule(rule, title),
        }
        for rule in version.rules
    ]
    return RulesOut(
        {
            "number": version.number,
            "state": version.state,
            "at": version.at,
            "undoes": version.undoes,
            "mark": rules.mark_of(version.rules),
            "rules": shown,
            "is_replayed": replay is not None and replay.is_current and replay.state == State.DONE,
            "cautions": [sentence_of_caution(one, title) for one in cautions],
        }
    ).data
