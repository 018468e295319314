"""WooCommerce is a platform as every other, with all that its hosts do to answers."""

from tests.connectors.contract import PlatformContract
from tests.connectors.page_contract import PagesContract


class TestWooCommerce(PlatformContract):
    """Run with the double."""


class TestWooCommercePages(PagesContract):
    """Run with the double."""

    def test_a_page_behind_a_password_is_left_out_and_titles_are_plain(self, source):
        source.write_page("Secret", "")
        source.write_page("Q &amp; A", "<p>?</p>")
        assert [one.title for one in self.connect(source).read_pages()] == ["Q & A"]
