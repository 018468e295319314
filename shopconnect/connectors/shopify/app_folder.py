"""What is installed on Shopify's side, written out for one operator: our client id and address in their places."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

APP = Path(__file__).parent / "app"
THEME_ASSETS = Path("extensions", "shopconnect-theme", "assets")
MANIFEST, EXTENSION = "shopify.app.toml", "shopify.extension.toml"
ADDRESS, CLIENT_ID = "https://shopconnect.example", 'client_id = ""'
# By this Shopify knows an extension again; its command line writes it into the extension's file at the first deploy.
UID = re.compile(r"^uid[ \t]*=.*\n?", re.MULTILINE)


def write_app(folder: Path, client_id: str, site_url: str, scripts: Iterable[Path]) -> None:
    """Write the app into a folder, with scripts, <name>-<version>.js, for Shopify's CDN to serve; older ones go.

    The folder's other files stay, as do the uids: the command line keeps its own there.
    """
    known = {path: UID.search(path.read_text()) for path in folder.glob(f"extensions/*/{EXTENSION}")}
    shutil.copytree(APP, folder, dirs_exist_ok=True)
    for script in scripts:
        for old in (folder / THEME_ASSETS).glob(f"{script.name.partition('-')[0]}-*.js"):
            old.unlink()
        shutil.copy(script, folder / THEME_ASSETS)
    for path, uid in known.items():
        if uid:
            _keep_uid(path, uid[0].strip())
    text = (APP / MANIFEST).read_text().replace(ADDRESS, site_url.rstrip("/"))
    (folder / MANIFEST).write_text(text.replace(CLIENT_ID, f'client_id = "{client_id}"', 1))


def _keep_uid(path: Path, uid: str) -> None:
    """Put an extension's uid first in its file again, where no table of the file takes it in."""
    text = UID.sub("", path.read_text())
    path.write_text(f"{uid}\n{text}")
