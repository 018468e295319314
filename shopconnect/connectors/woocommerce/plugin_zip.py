"""Our plugin for WordPress as the file that a merchant uploads: the folder beside this, and its French compiled."""

import io
import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "plugin"
FILE_NAME = "shopconnect.zip"
BUILT_FOR = "const BUILT_FOR = '';"
ADDRESS = re.compile(r"https://[A-Za-z0-9.:/_~-]+")
BEGINNING = (1980, 1, 1, 0, 0, 0)  # of time, for a zip: the same files make the same bytes


def build_plugin(service: str = "") -> bytes:
    """Return the plugin as a zip that knows at which https address we stand; without one its merchant writes it.

    Raises ValueError for what is no such address.
    """
    if service and not ADDRESS.fullmatch(service):
        raise ValueError(f"{service} is no https address.")
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in sorted(_files(service).items()):
            entry = ZipInfo(name, BEGINNING)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o100644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def _files(service: str) -> dict[str, bytes]:
    files = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    for name in [one for one in files if one.endswith(".po")]:
        files[name.removesuffix("po") + "mo"] = _compiled(files[name])
    main = files["shopconnect/shopconnect.php"].decode()
    files["shopconnect/shopconnect.php"] = main.replace(BUILT_FOR, f"const BUILT_FOR = '{service}';").encode()
    return files


def _compiled(texts: bytes) -> bytes:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(texts)))
    return compiled.getvalue()
