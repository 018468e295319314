"""A shop on Shopify, as far as one connection asks it."""

import re

from tests.connectors.shopify.answers import CannedResponse
from tests.connectors.shopify.rows import SHOP


class ScriptedShop:
    """Answers each operation by its name: with data, or with what a function makes of the variables."""

    def __init__(self, **answers):
        self.answers = {"Shop": {"shop": SHOP}} | answers
        self.asked = []

    def __call__(self, asked):
        name = re.match(r"(?:query|mutation) (\w+)", asked.query)[1]
        self.asked.append((name, asked.variables))
        answer = self.answers[name]
        answer = answer(asked.variables) if callable(answer) else answer
        return answer if isinstance(answer, CannedResponse) else CannedResponse({"data": answer})

    def names(self):
        return [name for name, _ in self.asked]
