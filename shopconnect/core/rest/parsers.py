"""Reading the bodies of REST calls."""

import json
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class SoundJSONParser(JSONParser):
    """JSON that can be worked with: not nested beyond what Python reads, and without halves of characters."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return what a body holds; raises ParseError for anything else."""
        try:
            data = super().parse(stream, media_type, parser_context)
            # A half of a surrogate pair can stand in JSON and in no table.
            json.dumps(data, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError) as error:
            raise ParseError() from error
        return data
