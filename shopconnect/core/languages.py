"""The languages that pages, widgets and answers are written in."""

LANGUAGES = ("en", "fr")
