"""WooCommerce is a platform as every other, with all that its hosts do to answers."""

from shopconnect.connectors.base import MOST_PAGES
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

    def test_polylang_pro_tells_languages_and_what_translates_what(self, source):
        store = source.store
        first = store.add_page("Questions fréquentes", "<p>Quoi ?</p>", lang="fr")
        second = store.add_page("Questions", "<p>What?</p>", lang="en", translations={"fr": first["id"]})
        found = self.connect(source).read_pages()
        assert [(one.title, one.language) for one in found] == [("Questions fréquentes", "fr"), ("Questions", "en")]
        assert found[0].original == found[1].original == str(first["id"]) != str(second["id"])

    def test_without_it_no_language_is_told(self, source):
        source.write_page("Questions", "<p>What?</p>")
        assert [(one.language, one.original) for one in self.connect(source).read_pages()] == [("", "")]

    def test_a_shop_of_empty_pages_is_read_to_a_bound(self, source):
        for number in range(MOST_PAGES + 5):
            source.write_page(f"Page {number}", "")
        source.write_page("Too late", "<p>?</p>")
        assert self.connect(source).read_pages() == []
