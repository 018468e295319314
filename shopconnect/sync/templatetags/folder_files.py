"""What a merchant calls the files of a folder, and in which order they are read."""

from django import template
from django.utils.translation import gettext as _

from shopconnect.sync.folders.files import by_file, title_of
from shopconnect.sync.types import Problem

register = template.Library()
register.filter("file_title", title_of)
register.filter("by_file", by_file)


@register.filter
def place_of(problem: Problem) -> str:
    """Return where a problem is as a merchant reads it: "Products, line 7"."""
    title = title_of(problem.file)
    return _("%(file)s, line %(line)d") % {"file": title, "line": problem.line} if problem.line else title
