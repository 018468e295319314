"""What is installed on Shopify's side, written out for one operator: our client id and address in their places."""

import shutil
from pathlib import Path

APP = Path(__file__).parent / "app"
MANIFEST = "shopify.app.toml"
ADDRESS, CLIENT_ID = "https://shopconnect.example", 'client_id = ""'


def write_app(folder: Path, client_id: str, site_url: str) -> None:
    """Write the app into a folder, whose other files stay: the command line keeps its own there."""
    shutil.copytree(APP, folder, dirs_exist_ok=True)
    text = (APP / MANIFEST).read_text().replace(ADDRESS, site_url.rstrip("/"))
    (folder / MANIFEST).write_text(text.replace(CLIENT_ID, f'client_id = "{client_id}"', 1))
