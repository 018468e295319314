"""Verbs of the bridge: bring a folder in, take a shop out; higher rooms enter their files here."""

from shopconnect.sync.registry import SyncFile, after_load, register_file

__all__ = ["SyncFile", "after_load", "register_file"]
