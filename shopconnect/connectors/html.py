"""What a reader sees of HTML."""

import re
from html import unescape

# What is never closed goes to the end, so that each character is looked at once, whatever a stranger wrote.
_MARKUP = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[/!?a-z][^<>]*>?", re.IGNORECASE | re.DOTALL
)


def plain_text(html: str) -> str:
    """Return the words of HTML, without tags, comments, scripts and styles."""
    return re.sub(r"\s+", " ", unescape(_MARKUP.sub(" ", html.replace("\0", "")))).strip()
