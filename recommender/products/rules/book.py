"""A shop's rules as data: read from JSON or a form, with a sentence for what does not fit, and written as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from recommender.products.rules.fields import CONTRARY
from recommender.products.rules.types import MOST_RULES, BaseRule, Group, Rule
from shopconnect.core.errors import Refusal

RuleData = Mapping[str, object]
_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)
KINDS: Mapping[str, type[BaseRule]] = {one.model_fields["kind"].default: one for one in get_args(get_args(Rule)[0])}
# Every field that a rule of some kind has, as a form names it.
FIELDS = ("kind", *dict.fromkeys(name for one in KINDS.values() for name in one.model_fields if name != "kind"))


def read_rules(values: Iterable[RuleData]) -> tuple[Rule, ...]:
    """Return rules as they are written in JSON, each once; raises Refusal(bad_rule) with what to do."""
    rules = tuple(dict.fromkeys(read_rule(given) for given in values))
    if len(rules) > MOST_RULES:
        raise _bad(_("A shop can have up to %(most)d rules. Remove some first.") % {"most": MOST_RULES})
    return rules


def read_rule(given: RuleData) -> Rule:
    """Return one rule of its fields, texts or numbers; raises Refusal(bad_rule) with what to do."""
    try:
        return _RULE.validate_python(dict(given))
    except ValidationError as error:
        raise _bad(sentence_of_error(errors_of(error)[0])) from error


def errors_of(error: ValidationError) -> list[ErrorDetails]:
    """Return what does not fit in a rule, the shelf first."""
    return sorted(error.errors(include_url=False), key=lambda one: one["loc"][-1:] != ("shelf",))


def unfit_fields(given: RuleData) -> dict[str, list[str]]:
    """Return by field what to do about values that no such field takes, in the active language.

    What contradicts another field is not among them: read_rule refuses that.
    """
    try:
        _RULE.validate_python(dict(given))
    except ValidationError as error:
        found = errors_of(error)
    else:
        return {}
    return {
        str(one["loc"][-1]) if "sentence" in one.get("ctx", {}) else "kind": [sentence_of_error(one)]
        for one in found
        if one["type"] != CONTRARY
    }


def sentence_of_error(error: ErrorDetails) -> str:
    """Return in the active language what to do about something that does not fit."""
    params: Mapping[str, Any] = error.get("ctx", {})
    if "sentence" not in params:
        return _("Choose what the rule does.")
    sentence: str = params["sentence"]
    return _(sentence) % params


def as_json(rules: Sequence[Rule]) -> list[dict[str, object]]:
    """Return rules as JSON keeps them; read_rules gives the same rules back."""
    return [_as_json(rule) for rule in rules]


def plain(rule: Rule) -> dict[str, object]:
    """Return a rule as JSON for others: what is empty, or nought, is left out; read_rule gives the same rule back."""
    return {name: value for name, value in _as_json(rule).items() if value != ""}


def product_field(given: RuleData) -> str:
    """Return under which name a rule as JSON holds the id of a product, "" where it is about none."""
    if given.get("kind") == "pin":
        return "product"
    return "name" if (given.get("kind"), given.get("by")) == ("exclude", Group.PRODUCT.value) else ""


def rule_schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule as REST takes it: one of the kinds, told apart by `kind`."""
    return {
        "oneOf": [_inlined(one.model_json_schema()) for one in KINDS.values()],
        "discriminator": {"propertyName": "kind"},
    }


def _as_json(rule: Rule) -> dict[str, object]:
    fields = {name: getattr(rule, name) or "" for name in type(rule).model_fields if name not in ("kind", "shelf")}
    return {"kind": rule.kind, **fields, "shelf": rule.shelf or ""}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with its definitions in their places; those of rules hold none of their own."""
    named = schema.pop("$defs", {})

    def placed(value: Any) -> Any:
        if isinstance(value, list):
            return [placed(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return named[value["$ref"].rpartition("/")[2]]
        return {name: placed(one) for name, one in value.items()}

    found: dict[str, Any] = placed(schema)
    # Whoever names no kind gets the default elsewhere; here it tells the kinds apart.
    found["required"] = sorted({"kind", *found.get("required", ())})
    return found


def _bad(sentence: str) -> Refusal:
    return Refusal("bad_rule", sentence, 400)
