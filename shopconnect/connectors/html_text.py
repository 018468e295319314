"""What a reader sees of HTML: descriptions come as such."""

import re
from html.parser import HTMLParser


def plain_text(html: str) -> str:
    """Return what a reader sees of HTML."""
    reader = _Reader()
    reader.feed(html.replace("\0", ""))
    reader.close()
    return re.sub(r"\s+", " ", "".join(reader.seen)).strip()


class _Reader(HTMLParser):
    """Keeps the words and leaves out tags, scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        self.seen.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style") and self._silent > 0
        self.seen.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.seen.append(data)
