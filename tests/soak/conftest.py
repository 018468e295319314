"""The platform in a folder, and the shop that is installed on it, of the tests of syncs."""

from tests.shopconnect.sync.conftest import installed, outside, told  # noqa: F401
