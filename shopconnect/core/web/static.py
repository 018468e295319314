"""Static files: hashed names, compressed beforehand; a missing file is an error when pages are built, not when seen."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; without a manifest (tests, development) it serves the plain names."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one of a file that was not collected."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
