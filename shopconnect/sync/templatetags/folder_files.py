"""What a merchant calls the files of a folder."""

from django import template

from shopconnect.sync.folders.files import title_of

register = template.Library()
register.filter("file_title", title_of)
