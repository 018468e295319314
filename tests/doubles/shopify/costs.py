"""What a query costs, and the bucket it is taken from.

A scalar costs nothing, an object 1, a list of asked length two and that many times what one of it costs, a mutation 10.
What may be one of several types costs what the dearest of them does.
The bucket leaks as Shopify's does: a query is charged what it could cost, and given back what it did not.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    value_from_ast_untyped,
)

MOST_COST, MOST_ITEMS, MUTATION = 1000, 250, 10
WRAPPERS = ("edges", "nodes", "node", "pageInfo")


class Costs:
    """Counts what one operation may cost."""

    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: Mapping[str, Any]
    ) -> None:
        self.schema, self.fragments, self.variables = schema, fragments, variables

    def of(self, operation: OperationDefinitionNode) -> int:
        """Return the points."""
        is_mutation = operation.operation is OperationType.MUTATION
        root = self.schema.mutation_type if is_mutation else self.schema.query_type
        assert root is not None
        return self._of_set(operation.selection_set, root) + (MUTATION if is_mutation else 0)

    def _of_set(self, selections: SelectionSetNode | None, parent: Any) -> int:
        if is_abstract_type(parent):
            return max(self._of_type(selections, kind) for kind in self.schema.get_possible_types(parent))
        return self._of_type(selections, parent)

    def _of_type(self, selections: SelectionSetNode | None, kind: Any) -> int:
        """Return what selections cost where the object is of a kind: those for other kinds cost nothing."""
        total = 0
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                total += self._of_field(node, kind)
            elif isinstance(node, InlineFragmentNode):
                wanted = self.schema.type_map[node.type_condition.name.value] if node.type_condition else kind
                total += self._of_type(node.selection_set, kind) if self._is_of(kind, wanted) else 0
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                wanted = self.schema.type_map[fragment.type_condition.name.value]
                total += self._of_type(fragment.selection_set, kind) if self._is_of(kind, wanted) else 0
        return total

    def _is_of(self, kind: Any, wanted: Any) -> bool:
        return kind is wanted or (is_abstract_type(wanted) and self.schema.is_sub_type(wanted, kind))

    def _of_field(self, node: FieldNode, parent: Any) -> int:
        if node.name.value.startswith("__"):
            return 0
        kind = get_named_type(parent.fields[node.name.value].type)
        if is_leaf_type(kind):
            return 0
        inner = self._of_set(node.selection_set, kind)
        if parent.name.endswith(("Connection", "Edge")) and node.name.value in WRAPPERS:
            return inner + (node.name.value in ("nodes", "node"))
        given = {
            one.name.value: value_from_ast_untyped(one.value, dict(self.variables)) for one in node.arguments or ()
        }
        if kind.name.endswith("Connection"):
            return 2 + int(given.get("first") or given.get("last") or 1) * inner
        return (len(given["ids"]) if isinstance(given.get("ids"), list) else 1) * (1 + inner)


def count_objects(data: Any) -> int:
    """Return what an answer did cost: its objects, without the wrappers of lists."""
    if isinstance(data, list):
        return sum(map(count_objects, data))
    if not isinstance(data, dict):
        return 0
    is_wrapper = bool({"edges", "nodes", "node", "hasNextPage"} & set(data))
    return (not is_wrapper) + sum(count_objects(value) for value in data.values())


class LeakyBucket:
    """The points of one app at one shop."""

    def __init__(
        self, most: float = 2000.0, restored: float = 100.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.most, self.restored = most, restored
        self.clock, self.level, self.at = clock, most, clock()
        self.throttled = 0
        self._lock = threading.Lock()

    def take(self, cost: float) -> bool:
        """Take the points of a query, unless there are too few."""
        with self._lock:
            self._refill()
            if cost > self.level:
                self.throttled += 1
                return False
            self.level -= cost
            return True

    def give_back(self, cost: float) -> None:
        """Give back what a query did not cost."""
        with self._lock:
            self.level = min(self.most, self.level + max(cost, 0))

    def status(self) -> dict[str, float]:
        """Return what an answer says of the bucket."""
        with self._lock:
            self._refill()
            return {"maximumAvailable": self.most, "currentlyAvailable": int(self.level), "restoreRate": self.restored}

    def _refill(self) -> None:
        moment = self.clock()
        self.level = min(self.most, self.level + (moment - self.at) * self.restored)
        self.at = moment
