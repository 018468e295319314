"""The OpenAPI description of the REST API, made once a process from the views themselves, and its readable page."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils.translation import gettext, gettext_noop
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers

from shopconnect.core.rest.fields import ID_SCHEMA

METHODS = ("get", "post", "put", "patch", "delete")
_ERRORS = {
    "400": "Something sent cannot be used; `fields` says what.",
    "401": "No token, or one that is unknown, expired or revoked.",
    "403": "The token lacks the scope.",
    "404": "There is no such thing in this shop.",
    "405": "This path does not take the method.",
    "409": "It stands otherwise by now, or something else must be done first; `message` says what.",
    "415": "Bodies are JSON.",
    "429": "Too many calls; `Retry-After` says when to try again.",
}
_ABOUT = gettext_noop(
    "The data of one shop, and what is suggested there. Each call carries a token in its "
    "Authorization header. Owners create tokens on the API tokens page, and each token "
    "has scopes. Ids are strings. Amounts are decimal strings next to their currency. "
    "Times are RFC 3339 in UTC. Lists are paginated: send the value of next as cursor "
    "until it is null."
)


class OurSchema(AutoSchema):
    """What drf-spectacular cannot see: the token, the scope, the paging, and the errors every view may answer."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Demand the token."""
        return [{"token": []}]

    def get_description(self) -> str:  # type: ignore[override]
        """Add the scope to what is said of the operation."""
        scope = getattr(self.view, "scopes", {}).get(self.method)
        needs = f"Needs the scope `{scope}`." if scope else "Any valid token will do."
        return f"{super().get_description() or ''}\n\n{needs}".strip()

    def get_operation(self, *args: Any, **named: Any) -> Any:
        """Add the errors and the scope to the operation."""
        operation = super().get_operation(*args, **named)
        if operation is not None:
            # Every view may answer these from below its own code: authentication, limits, the parser.
            answers = operation["responses"]
            for status, sentence in _ERRORS.items():
                # A view that says more of one keeps its own words.
                answers.setdefault(status, {"description": sentence, "content": _ERROR_CONTENT})
            operation["x-scope"] = getattr(self.view, "scopes", {}).get(self.method)
        return operation


_ERROR_CONTENT = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "Stable, for programs."},
                "message": {"type": "string", "description": "For people, in the language of Accept-Language."},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                    "description": "What is wrong with which field.",
                },
            },
        }
    },
    "example": {"error": {"code": "not_found", "message": "There is nothing here."}},
}

PAGING = [
    OpenApiParameter("limit", int, description="Rows per page, 1 to 200; 50 by default."),
    OpenApiParameter("cursor", str, description="The value of next on the previous page; leave it out for the first."),
]


def page_of(serializer: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """Return the serializer of a page of something, for the description only."""
    # Part of the published document: clients are generated with this name.
    name = serializer.__name__.removesuffix("Out")
    fields = {
        "data": serializer(many=True),
        "next": serializers.CharField(allow_null=True, help_text="Cursor of the next page, null on the last."),
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)


def path_id(name: str = "public_id") -> OpenApiParameter:
    """Return the description of a public id in a path."""
    return OpenApiParameter(name, ID_SCHEMA, OpenApiParameter.PATH, description="Its id, as given in lists.")


def example(name: str, value: object) -> OpenApiExample:
    """Return an example of an answer."""
    return OpenApiExample(name, value=value, response_only=True)


class Description:
    """The OpenAPI document of some paths, as JSON and as a page; both are public."""

    def __init__(self, patterns: Sequence[Any], prefix: str) -> None:
        # Under their prefix, as they stand in the site, for the document gives whole paths.
        self._patterns = [path(prefix, include(list(patterns)))]
        # Views do not change while a process lives, and walking all of them takes a while.
        self.document = lru_cache(maxsize=1)(self._document)

    def as_json(self, request: HttpRequest) -> HttpResponse:
        """Answer the document."""
        return JsonResponse(self.document(), headers={"Cache-Control": "public, max-age=300"})

    def as_page(self, request: HttpRequest) -> HttpResponse:
        """Answer a page that people read, made of the document; no script is needed."""
        context = {"about": gettext(_ABOUT), "groups": operations_by_tag(self.document())}
        return render(request, "rest/docs.html", context)

    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = SchemaGenerator(  # type: ignore[no-untyped-call]
            patterns=self._patterns
        ).get_schema(public=True)
        document["info"] = {"title": "ShopConnect", "version": "1", "description": _ABOUT}
        # No serializer makes errors, so the generator never meets them.
        document["components"]["schemas"]["Error"] = _ERROR
        document["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "A token of one shop: sc_…"}
        }
        return document


def operations_by_tag(document: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the operations by their tag, with what a page shows of each in the active language."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for place, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                shown = _operation(place, method, methods[method], document)
                groups.setdefault(methods[method]["tags"][0], []).append(shown)
    return [(_written(tag), operations) for tag, operations in groups.items()]


def _written(text: str) -> str:
    """Return a text of the document in the active language; the document itself is English, for programs read it."""
    return gettext(text) if text else ""


def _operation(place: str, method: str, operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    # What a reader wants to see is what comes back when all goes well.
    good: dict[str, Any] = next((answer for status, answer in operation["responses"].items() if status < "300"), {})
    content = good.get("content", {}).get("application/json", {})
    examples = [one["value"] for one in content.get("examples", {}).values()]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "path": place,
        "method": method.upper(),
        "id": operation["operationId"],
        "summary": _written(operation.get("summary", "")),
        "about": _written(operation.get("description", "").split("\n\n")[0]),
        "scope": operation["x-scope"],
        "parameters": [
            {
                **parameter,
                "about": _written(parameter.get("description", "")),
                "choices": parameter["schema"].get("enum", ()),
            }
            for parameter in operation.get("parameters", [])
        ],
        "fields": _fields(content.get("schema", {}), document),
        "body": _fields(body.get("schema", {}), document),
        "example": json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else "",
    }


def _fields(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> list[dict[str, Any]]:
    """Return the fields of a schema as flat rows, inner ones indented by their depth."""
    schema = _resolved(schema, document)
    rows = []
    for name, field in schema.get("properties", {}).items():
        inner = _resolved(field.get("items", field), document)
        kind = f"list of {inner.get('type', 'object')}" if field.get("type") == "array" else inner.get("type", "any")
        rows.append(
            {
                "name": name,
                "kind": kind,
                "depth": depth,
                "about": _written(field.get("description", "")),
                "required": name in schema.get("required", ()),
            }
        )
        # Deeper than that a table is no longer read; the document has all of it.
        if depth < 3:
            rows += _fields(inner, document, depth + 1)
    return rows


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    # A reference may have no words beside it, so the generator wraps one that has in allOf.
    if "allOf" in schema:
        schema = schema["allOf"][0]
    if "$ref" in schema:
        found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return found
    return schema
