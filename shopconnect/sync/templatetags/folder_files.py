"""What a merchant calls the files of a folder, and in which order they are read."""

from django import template

from shopconnect.sync.folders.files import by_file, title_of

register = template.Library()
register.filter("file_title", title_of)
register.filter("by_file", by_file)
