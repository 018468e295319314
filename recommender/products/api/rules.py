"""REST: the merchant's rules, written as their page writes them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from recommender.products.evaluation import replay as replays
from recommender.products.rules import services as rules
from recommender.products.rules.book import plain, product_fields, rule_schema, unfit_fields
from recommender.products.rules.types import MOST_RULES, RuleVersionSummary
from recommender.products.rules.words import rule_names, sentence_of_caution, sentence_of_rule
from recommender.products.types import READ_RULES, WRITE_RULES, State
from shopconnect.core.rest.callers import NOBODY
from shopconnect.core.rest.fields import BoundedListField, TimeField
from shopconnect.core.rest.schema import example
from shopconnect.core.rest.views import RestView
from shopconnect.core.tenancy.context import ShopId

MOST_NUMBER = 2**31 - 1
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


@extend_schema_field(rule_schema())
class RuleField(serializers.Field):
    """A rule: its kind, what that kind takes, and the one shelf that it is for."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the rule as it was sent; raises ValidationError with what each field does not take."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(_("Choose what the rule does."))
        unfit = unfit_fields(data)
        # What is not there at all is refused with the rule as a whole, as on the page.
        unfit = {name: messages for name, messages in unfit.items() if name == "kind" or data.get(name) is not None}
        if unfit:
            raise serializers.ValidationError(unfit)  # type: ignore[arg-type]
        return data

    def to_representation(self, value: Any) -> Any:
        """Return it as it is."""
        return value


class RuleOut(serializers.Serializer):
    """A rule, and what it says."""

    def to_representation(self, instance: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the rule has, and no empty field."""
        return dict(instance)

    kind = serializers.CharField()
    sentence = serializers.CharField(help_text="Readable text in the language of Accept-Language")


class RulesOut(serializers.Serializer):
    """A version of the rules, or the draft."""

    number = serializers.IntegerField(help_text="0 for the draft, or if there are no rules yet")
    state = serializers.CharField(help_text="live, past, tried or draft")
    at = TimeField(allow_null=True)
    undoes = serializers.IntegerField(allow_null=True, help_text="The version that this one equals")
    mark = serializers.CharField(help_text="Identical for identical rules; send back the one that you read")
    is_replayed = serializers.BooleanField(help_text="Whether these rules were simulated on the last weeks")
    cautions = serializers.ListField(
        child=serializers.CharField(), help_text="Warnings about these rules, as readable text"
    )
    rules = RuleOut(many=True)


class DraftIn(serializers.Serializer):
    """Every rule of the draft, and the mark of what stood there."""

    mark = serializers.CharField(max_length=64)
    rules = BoundedListField(child=RuleField(), max_length=MOST_RULES)


class PublishIn(serializers.Serializer):
    """Which draft is put in force."""

    mark = serializers.CharField(max_length=64)
    meant = serializers.BooleanField(default=False, help_text="Publish without a simulation")


class UndoIn(serializers.Serializer):
    """Which version is put in force again."""

    number = serializers.IntegerField(min_value=0, max_value=MOST_NUMBER)


class RuleList(RestView):
    """The rules that hold."""

    scopes: ClassVar = {"GET": READ_RULES}

    @extend_schema(
        operation_id="rules",
        summary="Published rules",
        tags=["Rules"],
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def get(self, request: Request) -> Response:
        """The published version of the rules."""
        return Response(_payload(self.caller.shop_id, rules.current_version(self.caller.shop_id)))


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
        """The draft; without one, the published rules, which any draft starts as a copy of."""
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
        """Write the rules of the draft. Shoppers see no change; rules equal to the published ones leave no draft."""
        sent = self.read(DraftIn)
        rules.write_draft(self.caller.shop_id, NOBODY, sent["rules"], sent["mark"])
        return Response(_draft(self.caller.shop_id))


class RuleReplays(RestView):
    """Replaying the draft."""

    scopes: ClassVar = {"POST": WRITE_RULES}

    @extend_schema(
        operation_id="rules_replay",
        summary="Simulate the draft",
        tags=["Rules"],
        request=None,
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def post(self, request: Request) -> Response:
        """Simulate the draft on the last weeks; `is_replayed` says when it is done. The page shows the result."""
        replays.ask_replay(self.caller.shop_id, NOBODY)
        return Response(_draft(self.caller.shop_id))


class RulePublishing(RestView):
    """Putting the draft in force."""

    scopes: ClassVar = {"POST": WRITE_RULES}

    @extend_schema(
        operation_id="rules_publish",
        summary="Publish the draft",
        tags=["Rules"],
        request=PublishIn,
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def post(self, request: Request) -> Response:
        """Publish the draft as the next version, for everyone within seconds; without a draft nothing changes."""
        sent = self.read(PublishIn)
        rules.publish_draft(self.caller.shop_id, NOBODY, sent["mark"], is_confirmed=sent["meant"])
        return Response(_payload(self.caller.shop_id, rules.current_version(self.caller.shop_id)))


class RuleUndoing(RestView):
    """Undoing."""

    scopes: ClassVar = {"POST": WRITE_RULES}

    @extend_schema(
        operation_id="rules_undo",
        summary="Go back to a version",
        tags=["Rules"],
        request=UndoIn,
        responses=RulesOut,
        examples=[example("Rules", RULES)],
    )
    def post(self, request: Request) -> Response:
        """Publish a new version equal to an older one; 0 is the state before any version."""
        rules.undo_to(self.caller.shop_id, NOBODY, self.read(UndoIn)["number"])
        return Response(_payload(self.caller.shop_id, rules.current_version(self.caller.shop_id)))


def _draft(shop_id: ShopId) -> Any:
    return _payload(shop_id, rules.find_draft(shop_id) or rules.current_version(shop_id))


def _payload(shop_id: ShopId, version: RuleVersionSummary) -> Any:
    language = (get_language() or "en")[:2]
    names = rule_names(shop_id, language)
    replay = replays.latest_replay(shop_id, version.rules)
    cautions = rules.cautions_for(shop_id, version.rules)
    shown = [
        {
            **plain(rule),
            **{name: str(plain(rule)[name]) for name in product_fields(plain(rule))},
            "sentence": sentence_of_rule(rule, names),
        }
        for rule in version.rules
    ]
    return RulesOut(
        {
            "number": version.number,
            "state": version.state,
            "at": version.at,
            "undoes": version.undoes,
            "mark": rules.etag_of(version.rules),
            "rules": shown,
            "is_replayed": replay is not None and replay.is_current and replay.state == State.DONE,
            "cautions": [sentence_of_caution(one, names) for one in cautions],
        }
    ).data
