"""Folders of files: the shop that stands on no platform."""

from shopconnect.connectors.descriptor import PlatformDescriptor

FILES = PlatformDescriptor(name="files")
