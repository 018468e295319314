"""A shop comes, is reached with tokens that hold, is parked when they no longer do, leaves, and comes back."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from shopconnect.accounts.types import Role
from shopconnect.connectors import registry
from shopconnect.connectors.types import ConnectorError
from shopconnect.core.clock import now
from shopconnect.core.tenancy.context import find_current_shop
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications import notices
from shopconnect.notifications.models import Notice
from shopconnect.shops import installs
from shopconnect.shops.models import AuditEntry, Install, Shop, ShopKey, ShopProfile
from shopconnect.shops.stored_tokens import write_tokens
from shopconnect.shops.types import KeyKind, NotConnected
from tests.makers import make_shop
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, PlainPlatform, refusal, tokens
from tests.waiting import PATIENCE_SECONDS, at_once

pytestmark = pytest.mark.usefixtures("nobody_is_woken")

A_WHILE = 0.2  # so that all of them come before the first is through


@pytest.fixture
def platform(offer: Any) -> PlainPlatform:
    """The platform, for this test only."""
    offer()
    registry.register(made := PlainPlatform())
    return made


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int | None]]:
    """Who was told what: (word, shop, shop in scope)."""
    told: list[tuple[str, int, int | None]] = []
    for name in ("_installed", "_signed_in", "_uninstalled"):
        monkeypatch.setattr(installs, name, {})
    for word, enter in (
        ("in", installs.after_install),
        ("again", installs.after_sign_in),
        ("out", installs.after_uninstall),
    ):
        enter("test", lambda shop_id, word=word: told.append((word, shop_id, find_current_shop())))
    return told


def install(**changes):
    return installs.install_shop(NAME, SHOP, changes.pop("given", tokens()), DRAFT, **changes)


def end_tokens(shop_id, *, minutes=-1):
    ended = tokens(0, ends=now() + timedelta(minutes=minutes))
    with shop_scope(shop_id):
        Install.objects.filter(uninstalled_at=None).update(tokens=write_tokens(ended))


def live(shop_id):
    with shop_scope(shop_id):
        return Install.objects.get(uninstalled_at=None)


def test_a_new_shop_stands_with_all_that_it_needs(db, platform, heard):
    shop_id = install()
    assert installs.find_installed(NAME, SHOP) == shop_id
    assert Shop.objects.get(pk=shop_id).slug == "lumen"
    assert ShopKey.objects.filter(shop_id=shop_id, kind=KeyKind.WIDGET).count() == 1
    with shop_scope(shop_id):
        assert ShopProfile.objects.get().hosts == ["lumen.example"]
    assert (live(shop_id).platform, live(shop_id).external_id) == (NAME, SHOP)
    assert heard == [("in", shop_id, shop_id)]
    assert installs.connection_of(shop_id).tokens.access == "access-0"


def test_nobody_else_is_found(db, platform):
    install()
    assert installs.find_installed(NAME, "other.myshopify.com") is None
    assert installs.find_installed("woocommerce", SHOP) is None


def test_a_name_that_is_taken_gets_an_ending(db, platform):
    first = make_shop("lumen")
    second = install()
    assert first != second
    assert Shop.objects.get(pk=second).slug.startswith("lumen-")


def test_tokens_are_unreadable_in_the_database(db, platform):
    shop_id = install()
    with shop_scope(shop_id), connection.cursor() as cursor:
        cursor.execute("SELECT token FROM shops_install")
        (stored,) = cursor.fetchone()
    assert "access-0" not in stored
    assert "refresh-0" not in stored


def test_installing_again_takes_the_new_tokens_and_starts_nothing_again(db, platform, heard):
    shop_id = install()
    assert install(given=tokens(7)) == shop_id
    assert installs.connection_of(shop_id).tokens.access == "access-7"
    assert [word for word, *_ in heard] == ["in"]


def test_a_listener_that_fails_leaves_no_shop(db, platform, heard):
    def fail(shop_id):
        raise LookupError

    installs.after_install("broken", fail)
    with pytest.raises(LookupError):
        install()
    assert Shop.objects.count() == 0
    assert installs.find_installed(NAME, SHOP) is None


def test_installed_by_several_at_once_there_is_one_shop(transactional_db, platform, heard):
    given = at_once(lambda place: install(given=tokens(place)), 4)
    assert len(set(given)) == 1, given
    assert Shop.objects.count() == 1
    assert [word for word, *_ in heard] == ["in"]
    assert live(given[0]).tokens


def test_back_after_an_uninstall_by_several_at_once_there_is_one_live_install(transactional_db, platform, heard):
    shop_id = install()
    installs.uninstall_shop(shop_id, now())
    assert set(at_once(lambda place: install(given=tokens(place)), 4)) == {shop_id}
    with shop_scope(shop_id):
        assert Install.objects.count() == 2
    assert [word for word, *_ in heard] == ["in", "out", "in"]


def test_tokens_that_hold_are_not_renewed(db, platform):
    shop_id = install()
    end_tokens(shop_id, minutes=6)
    installs.connection_of(shop_id)
    assert platform.renewed == []


def test_tokens_that_never_end_are_not_renewed(db, platform):
    lasting = tokens()
    shop_id = install(given=type(lasting)(access="for ever"))
    assert installs.connection_of(shop_id).tokens.access == "for ever"
    assert platform.renewed == []


def test_tokens_that_end_within_minutes_are_renewed_and_kept(db, platform):
    shop_id = install()
    end_tokens(shop_id, minutes=4)
    assert installs.connection_of(shop_id).tokens.access == "access-1"
    assert installs.connection_of(shop_id).tokens.refresh == "refresh-1"
    assert platform.renewed == ["refresh-0"]


def test_many_at_once_renew_once(transactional_db, platform):
    shop_id = install()
    end_tokens(shop_id)
    platform.slow = A_WHILE
    given = at_once(lambda _: installs.connection_of(shop_id).tokens.access, 8)
    assert given == ["access-1"] * 8
    assert platform.renewed == ["refresh-0"]


def test_shops_do_not_wait_for_each_other(transactional_db, platform):
    first = install()
    second = installs.install_shop(NAME, "other.myshopify.com", tokens(), DRAFT)
    for shop_id in (first, second):
        end_tokens(shop_id)
    both = threading.Barrier(2)
    platform.meanwhile = lambda: both.wait(PATIENCE_SECONDS)  # ends only when both renew at the same time
    assert all(
        isinstance(one, str)
        for one in at_once(lambda place: installs.connection_of((first, second)[place]).tokens.access, 2)
    )


def test_after_a_lost_answer_the_old_refresh_token_is_tried_again(db, platform):
    shop_id = install()
    end_tokens(shop_id)
    platform.failures = [refusal(permanent=False, status=None)]
    with pytest.raises(ConnectorError):
        installs.connection_of(shop_id)
    assert live(shop_id).needs_sign_in_at is None
    assert installs.connection_of(shop_id).tokens.access == "access-2"
    assert platform.renewed == ["refresh-0", "refresh-0"]


def test_a_lost_answer_stops_nobody_whose_token_still_holds(db, platform):
    shop_id = install()
    end_tokens(shop_id, minutes=2)
    platform.failures = [refusal(permanent=False)]
    assert installs.connection_of(shop_id).tokens.access == "access-0"


def test_a_shop_that_is_refused_is_parked_and_its_owners_know(db, platform, heard):
    shop_id = install()
    owner, support = make_member(shop_id, Role.OWNER, language="fr"), make_member(shop_id, Role.SUPPORT)
    end_tokens(shop_id)
    platform.failures = [refusal(permanent=True)]
    with pytest.raises(NotConnected):
        installs.connection_of(shop_id)
    assert live(shop_id).needs_sign_in_at is not None
    with pytest.raises(NotConnected):
        installs.connection_of(shop_id)
    assert len(platform.renewed) == 1
    with shop_scope(shop_id):
        told = list(Notice.objects.values_list("user_id", "pk"))
    assert [user_id for user_id, _ in told] == [owner.pk]
    assert support.pk not in told[0]
    notices.mail_notice(shop_id, told[0][1])
    assert "n’a plus accès à" in mail.outbox[0].body
    assert "has lost access to your shop’s platform" in notices.sentence("sign_in_again", {})
    assert [word for word, *_ in heard] == ["in"]


def test_work_resumes_when_somebody_signs_in_again(db, platform, heard):
    shop_id = install()
    end_tokens(shop_id)
    platform.failures = [refusal(permanent=True)]
    with pytest.raises(NotConnected):
        installs.connection_of(shop_id)
    assert install(given=tokens(5)) == shop_id
    assert installs.connection_of(shop_id).tokens.access == "access-5"
    assert heard == [("in", shop_id, shop_id), ("again", shop_id, shop_id)]


def test_who_signed_in_while_a_refusal_came_is_not_parked(db, platform):
    shop_id = install()
    end_tokens(shop_id)
    platform.failures = [refusal(permanent=True)]
    platform.meanwhile = lambda: install(given=tokens(5))
    with pytest.raises(NotConnected):
        installs.connection_of(shop_id)
    assert live(shop_id).needs_sign_in_at is None
    assert installs.connection_of(shop_id).tokens.access == "access-5"


def test_tokens_that_the_platform_refuses_are_renewed_by_the_next(db, platform):
    shop_id = install()

    def use():
        with installs.connected(shop_id) as held:
            if held.tokens.access == "access-0":
                raise ConnectorError(NAME, 401, permanent=True)
            return held.tokens.access

    with pytest.raises(ConnectorError):
        use()
    assert use() == "access-1"


def test_other_failures_leave_tokens_alone(db, platform):
    shop_id = install()
    with pytest.raises(ConnectorError), installs.connected(shop_id):
        raise ConnectorError(NAME, 500, permanent=False)
    assert installs.connection_of(shop_id).tokens.access == "access-0"
    assert platform.renewed == []


def test_tokens_taken_while_the_old_ones_were_refused_are_trusted(db, platform):
    shop_id = install()
    with pytest.raises(ConnectorError), installs.connected(shop_id):
        install(given=tokens(5))
        raise ConnectorError(NAME, 401, permanent=True)
    assert installs.connection_of(shop_id).tokens.access == "access-5"
    assert platform.renewed == []


def test_an_uninstall_destroys_the_tokens_and_leaves_the_rest(db, platform, heard):
    shop_id = install()
    assert installs.uninstall_shop(shop_id, now()) is True
    with shop_scope(shop_id):
        row = Install.objects.get()
        assert (row.tokens, row.needs_sign_in_at) == ("", None)
        assert row.uninstalled_at is not None
        assert ShopProfile.objects.get().name == "Lumen"
    assert installs.find_installed(NAME, SHOP) == shop_id
    with pytest.raises(NotConnected):
        installs.connection_of(shop_id)
    assert heard[-1] == ("out", shop_id, shop_id)


def test_a_second_uninstall_changes_nothing(db, platform, heard):
    shop_id = install()
    installs.uninstall_shop(shop_id, now())
    assert installs.uninstall_shop(shop_id, now()) is False
    assert [word for word, *_ in heard] == ["in", "out"]


def test_an_uninstall_older_than_the_install_is_ignored(db, platform, heard):
    shop_id = install()
    left_at = now()
    installs.uninstall_shop(shop_id, left_at)
    install(given=tokens(2))
    assert installs.uninstall_shop(shop_id, left_at) is False
    assert installs.connection_of(shop_id).tokens.access == "access-2"
    assert [word for word, *_ in heard] == ["in", "out", "in"]


def test_an_uninstall_that_comes_after_the_shop_is_back_is_ignored(db, platform):
    shop_id = install()
    left_at = now()
    install(given=tokens(2))  # back before the platform told us that it had left
    assert installs.uninstall_shop(shop_id, left_at) is False
    assert installs.connection_of(shop_id).tokens.access == "access-2"


def test_an_uninstall_during_the_exchange_counts(db, platform):
    asked_at = now()
    left_at = asked_at + timedelta(seconds=1)
    shop_id = install(at=asked_at)
    assert installs.uninstall_shop(shop_id, left_at) is True


def test_a_shop_that_leaves_while_its_tokens_are_renewed_stays_gone(db, platform):
    shop_id = install()
    end_tokens(shop_id)
    platform.meanwhile = lambda: installs.uninstall_shop(shop_id, None)
    pytest.raises(NotConnected, installs.connection_of, shop_id)
    assert installs.is_installed(shop_id) is False


def test_a_shop_from_files_has_no_connection(db, platform):
    with pytest.raises(NotConnected):
        installs.connection_of(make_shop("files"))


def test_a_platform_that_is_not_set_up_connects_nobody(db, platform, offer):
    shop_id = install()
    offer()
    with pytest.raises(NotConnected):
        installs.connection_of(shop_id)


def test_signing_in_asks_for_tokens_only_where_none_hold(db, platform):
    asked = []

    def exchange():
        asked.append(1)
        return tokens(len(asked), scopes=("read_products", "read_orders"))

    def sign_in(wanted):
        return installs.sign_in_shop(NAME, SHOP, exchange, lambda held: wanted <= set(held.scopes))

    shop_id = sign_in({"read_products"})
    assert sign_in({"read_orders"}) == shop_id
    assert len(asked) == 1
    assert sign_in({"read_themes"}) == shop_id
    assert len(asked) == 2
    installs.uninstall_shop(shop_id, None)
    assert sign_in({"read_products"}) == shop_id
    assert len(asked) == 3


def test_signing_in_twice_at_once_asks_once(transactional_db, platform):
    asked = []

    def exchange():
        asked.append(1)
        threading.Event().wait(A_WHILE)
        return tokens()

    assert len(set(at_once(lambda _: installs.sign_in_shop(NAME, SHOP, exchange, lambda held: True), 5))) == 1
    assert len(asked) == 1


def test_coming_and_leaving_is_written_down(db, platform):
    shop_id = install()
    installs.uninstall_shop(shop_id, None)
    with shop_scope(shop_id):
        assert [one.action for one in AuditEntry.objects.order_by("id")] == ["installed", "uninstalled"]
