"""What lies in docs/images is shown by a page, and what a page shows lies there."""

from tests.browser.pictures import IMAGES, shown


def test_each_picture_is_shown_and_each_shown_picture_is_there():
    assert {path.name for path in IMAGES.glob("*.png")} == shown()
