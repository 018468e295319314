"""Verbs of the bridge: bring a folder in, take a shop out; higher rooms enter their files here."""

from shopconnect.core.bulk import Stored
from shopconnect.sync.registry import SyncFile, after_load, register_file

__all__ = ["Stored", "SyncFile", "after_load", "register_file"]
