"""What our pages say in a language, so that one story is walked in both."""

from collections.abc import Callable

from django.utils import translation
from django.utils.translation import gettext, ngettext

Say = Callable[..., str]


def words_in(language: str) -> Say:
    """Return what says a text of ours in a language, its places filled: the first of them counts what has a plural."""

    def say(text: str, plural: str = "", **values: str | int) -> str:
        with translation.override(language):
            found = ngettext(text, plural, int(next(iter(values.values())))) if plural else gettext(text)
        return found % values if values else found

    return say
