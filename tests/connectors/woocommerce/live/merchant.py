"""A shop manager in a browser: signs in, says yes or no to an app, and removes the key again."""

import html
import re
from urllib.parse import urljoin

import requests

KEYS = "/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys"


class Merchant:
    """One who is signed in to the shop at an address."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.url, self._browser = url, requests.Session()
        self._browser.trust_env = False
        self._browser.get(f"{url}/wp-login.php", timeout=60)  # for its test cookie
        form = {"log": name, "pwd": password, "testcookie": "1"}
        page = self._browser.post(f"{url}/wp-login.php", form, timeout=60, allow_redirects=False)
        assert page.status_code == 302, f"{name} cannot sign in."

    def answer(self, link: str, choice: str = "approve") -> str:
        """Say yes or no on the page of an approval; returns where the browser is sent."""
        asked = self._page(link)
        href = re.search(rf'<a href="([^"]+)"[^>]*wc-auth-{choice}', asked)
        assert href, asked
        there = urljoin(link, html.unescape(href[1]))
        if not there.startswith(self.url):
            return there
        page = self._browser.get(there, timeout=120, allow_redirects=False)
        assert page.is_redirect, page.text
        return page.headers["Location"]

    def revoke(self, key_id: int) -> None:
        """Have a key open nothing any more."""
        link = re.search(rf'href="([^"]+revoke-key={key_id}&[^"]+)"', self._page(f"{self.url}{KEYS}"))
        assert link, f"Key {key_id} is not on the page of keys."
        self._page(html.unescape(link[1]))

    def visit(self) -> None:
        """Open pages of which WordPress runs its queues."""
        for path in ("/wp-cron.php", "/wp-admin/profile.php"):
            self._page(f"{self.url}{path}")

    def _page(self, url: str) -> str:
        return self._browser.get(url, timeout=120).text
