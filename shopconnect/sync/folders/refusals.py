"""Why a folder is not brought in, as a sentence that is put into the language of whoever reads it."""

from collections.abc import Mapping
from typing import Any

from shopconnect.core.errors import Refusal
from shopconnect.sync.types import sentence_of


class FolderRefusal(Refusal):
    """A folder that is declined: `text` is to be translated and filled with `params`, as a stored one must be."""

    def __init__(self, code: str, text: str, params: Mapping[str, Any] | None = None, status: int = 400) -> None:
        super().__init__(code, sentence_of(text, params or {}), status)
        self.text, self.params = text, dict(params or {})
