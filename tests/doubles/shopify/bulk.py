"""Bulk operations: up to five at once, then a file with an object a line, children beside their parents in no order."""

import itertools
import json
import random
import secrets
import threading
from collections.abc import Callable, Iterator
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    get_named_type,
    parse,
    validate,
)
from graphql.language import Visitor, visit
from graphql.utilities import TypeInfo, TypeInfoVisitor

from tests.doubles.shopify.clock import Clock
from tests.doubles.shopify.schema import admin_schema

Node = dict[str, Any]
Execute = Callable[[DocumentNode], ExecutionResult]

AT_ONCE, MOST_CONNECTIONS, MOST_DEPTH = 5, 5, 2


class Bulks:
    """One shop's operations. `seconds` is how long each runs; `next_outcomes` says how coming ones end instead."""

    def __init__(self, clock: Clock, file_url: Callable[[str], str], say: Callable[[str, Node], None]) -> None:
        self.clock, self._file_url, self._say = clock, file_url, say
        self.seconds, self.seed = 0.2, 7
        self.next_outcomes: list[str] = []  # FAILED, PARTIAL, EXPIRED
        self.files: dict[str, bytes] = {}
        self._operations: dict[str, Node] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def start(self, query: str, run: Execute) -> Node:
        """Begin an operation on a query, or say why not."""
        try:
            document = parse(query)
        except GraphQLError as error:
            return _refused("INVALID", error.message)
        problems = [error.message for error in validate(admin_schema(), document)] or list(_unfit(document))
        if problems:
            return _refused("INVALID", problems[0])
        with self._lock:
            if sum(one["status"] in ("CREATED", "RUNNING") for one in self._operations.values()) >= AT_ONCE:
                return _refused("LIMIT_REACHED", "The maximum number of concurrent bulk operations has been reached.")
            node: Node = {
                "__typename": "BulkOperation",
                "id": f"gid://shopify/BulkOperation/{next(self._numbers)}",
                "status": "CREATED",
                "errorCode": None,
                "createdAt": self.clock.text(),
                "completedAt": None,
                "objectCount": "0",
                "rootObjectCount": "0",
                "fileSize": None,
                "url": None,
                "partialDataUrl": None,
                "query": query,
                "type": "QUERY",
            }
            self._operations[node["id"]] = node
        outcome = self.next_outcomes.pop(0) if self.next_outcomes else "COMPLETED"
        threading.Thread(target=self._run, args=(node, document, run, outcome), daemon=True).start()
        return {"bulkOperation": node, "userErrors": []}

    def find(self, global_id: str) -> Node | None:
        """Return an operation."""
        return self._operations.get(global_id)

    def all(self) -> list[Node]:
        """Return every operation, newest first."""
        return list(self._operations.values())[::-1]

    def _run(self, node: Node, document: DocumentNode, run: Execute, outcome: str) -> None:
        node["status"] = "RUNNING"
        threading.Event().wait(self.seconds)  # it takes as long as it takes
        result = run(document)
        if result.errors:
            outcome = "FAILED"
        lines = list(_lines(result.data or {}))
        node["rootObjectCount"] = str(sum("__parentId" not in line for line in lines))
        random.Random(self.seed).shuffle(lines)
        if outcome == "PARTIAL":
            lines = lines[: len(lines) // 2]
        self._end(node, lines, outcome, has_denial=bool(result.errors))

    def _end(self, node: Node, lines: list[Node], outcome: str, *, has_denial: bool) -> None:
        content = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        name = secrets.token_urlsafe(24)
        url = self._file_url(name) if lines and outcome in ("COMPLETED", "PARTIAL") else None
        if url:
            self.files[name] = content
        node.update(
            objectCount=str(len(lines)),
            fileSize=str(len(content)),
            completedAt=self.clock.text(),
            url=url if outcome == "COMPLETED" else None,
            partialDataUrl=url if outcome == "PARTIAL" else None,
            errorCode=None
            if outcome in ("COMPLETED", "EXPIRED")
            else "ACCESS_DENIED"
            if has_denial
            else "INTERNAL_SERVER_ERROR",
        )
        node["status"] = "FAILED" if outcome == "PARTIAL" else outcome
        self._say(
            "bulk_operations/finish",
            {
                "admin_graphql_api_id": node["id"],
                "completed_at": node["completedAt"],
                "created_at": node["createdAt"],
                "error_code": node["errorCode"],
                "status": node["status"].lower(),
                "type": "query",
            },
        )


def _refused(code: str, message: str) -> Node:
    complaint = {"__typename": "BulkOperationUserError", "code": code, "message": message, "field": None}
    return {"bulkOperation": None, "userErrors": [complaint]}


def _unfit(document: DocumentNode) -> Iterator[str]:
    """Yield what a bulk query may not be."""
    if len(document.definitions) != 1 or not isinstance(document.definitions[0], OperationDefinitionNode):
        yield "Bulk queries must contain a single operation."
    counts = _Connections()
    visit(document, TypeInfoVisitor(counts.types, counts))
    if not counts.total:
        yield "Bulk queries must contain at least one connection."
    if counts.total > MOST_CONNECTIONS:
        yield f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections."
    if counts.deepest > MOST_DEPTH + 1:
        yield f"Bulk queries cannot contain connections with a nesting depth greater than {MOST_DEPTH}."
    if counts.has_nodes:
        yield "Bulk queries cannot contain a top level `node` or `nodes` field."


class _Connections(Visitor):
    """Counts a document's connections and how deep they lie."""

    def __init__(self) -> None:
        super().__init__()
        self.types = TypeInfo(admin_schema())
        self.total = self.depth = self.deepest = 0
        self.has_nodes = False

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        """Count a field that is a connection."""
        kind, parent = self.types.get_type(), self.types.get_parent_type()
        if parent is not None and parent.name == "QueryRoot" and node.name.value in ("node", "nodes"):
            self.has_nodes = True
        if kind is not None and get_named_type(kind).name.endswith("Connection"):
            self.total += 1
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def leave_field(self, *_: Any) -> None:
        """Come up again."""
        kind = self.types.get_type()
        if kind is not None and get_named_type(kind).name.endswith("Connection"):
            self.depth -= 1


def _lines(data: Node, parent: str | None = None) -> Iterator[Node]:
    """Yield the objects of a result's lists, each with the id of the object that it lies in."""
    for value in data.values():
        for edge in value["edges"]:
            node = edge["node"]
            plain, nested = _split(node)
            yield plain | ({"__parentId": parent} if parent else {})
            yield from _lines(nested, node.get("id"))


def _split(node: Node) -> tuple[Node, Node]:
    """Return an object without the lists in it, and those lists."""
    plain: Node = {}
    nested: Node = {}
    for name, value in node.items():
        if isinstance(value, dict) and "edges" in value:
            nested[name] = value
        elif isinstance(value, dict):
            plain[name], inner = _split(value)
            nested |= {f"{name}.{one}": found for one, found in inner.items()}
        else:
            plain[name] = value
    return plain, nested
