"""A shop that left goes whole, a month later or when its platform asks; one that came back stays."""

import threading
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from shopconnect.accounts.display_names import staff_address
from shopconnect.accounts.members import enter_platform_staff
from shopconnect.accounts.models import Membership, User
from shopconnect.accounts.types import Role
from shopconnect.catalog.services import store_products
from shopconnect.core.artefacts import store
from shopconnect.core.cache.redis import RedisError, client, shop_key
from shopconnect.core.clock import now
from shopconnect.core.jobs.work import run_due
from shopconnect.core.models import Due
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.notifications import notices
from shopconnect.notifications.models import Notice
from shopconnect.shops import erasure, installs
from shopconnect.shops.models import Install, Shop, ShopKey
from shopconnect.ui.dates import date_format
from tests.browser.conftest import draft
from tests.shopconnect.shops.conftest import make_member
from tests.shopconnect.shops.platforms import DRAFT, NAME, SHOP, tokens
from tests.waiting import PATIENCE_SECONDS


def install():
    return installs.install_shop(NAME, SHOP, tokens(), DRAFT)


@pytest.fixture
def departed(db):
    """A shop of a platform that left, with products, a file, a key in Redis and somebody of the platform's staff."""
    shop_id = install()
    with shop_scope(shop_id):
        store_products([draft(number) for number in range(8)])
    enter_platform_staff(shop_id, staff_address("shopify", SHOP, "77"), "en", lambda: Role.OWNER)
    make_member(shop_id, "owner", "real@example.com")
    default_storage.save(f"shop/{shop_id}/images/p0.svg", ContentFile(b"<svg/>"))
    client().set(shop_key(shop_id, "rate", "x"), 1)
    assert installs.uninstall_shop(shop_id, None)
    return shop_id


def left_of(shop_id) -> list[str]:
    """The tables that still hold a row of a shop."""
    with shop_scope(shop_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'shop_id' "
            "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        names, left = [name for (name,) in cursor.fetchall()], []
        for name in names:
            cursor.execute(f'SELECT 1 FROM "{name}" WHERE shop_id = %s LIMIT 1', [shop_id])
            left += [name] * cursor.rowcount
    return left


def leave_since(shop_id, days):
    with shop_scope(shop_id):
        Install.objects.update(uninstalled_at=now() - timedelta(days=days))
    Due.objects.filter(shop_id=shop_id, kind=erasure.WORK_KIND).update(due_at=now())


def test_nothing_is_left_of_a_shop_that_is_erased_and_another_stays(departed, shop):
    with shop_scope(shop):
        store_products([draft(0)])
    before = left_of(shop)
    assert erasure.erase_shop(departed) > 16
    assert left_of(departed) == []
    assert not Shop.objects.filter(pk=departed).exists()
    assert not default_storage.exists(f"shop/{departed}")
    assert list(client().scan_iter(match=shop_key(departed, "*"))) == []
    assert installs.find_installed(NAME, SHOP) is None
    assert left_of(shop) == before
    assert list(User.objects.values_list("email", flat=True)) == ["real@example.com"]


def test_what_a_first_sync_left_on_disk_goes_too(departed):
    export = settings.DATA_FOLDER / f"shop/{departed}/sync/order/0/export.jsonl"
    export.parent.mkdir(parents=True)
    export.write_text("{}")
    leave_since(departed, 31)
    erasure.erase_when_due(departed)
    assert not export.exists()


def test_a_shop_is_erased_thirty_days_after_it_left_and_not_before(departed):
    due = Due.objects.get(shop_id=departed, kind=erasure.WORK_KIND)
    assert timedelta(days=29) < due.due_at - now() < timedelta(days=30, seconds=1)
    leave_since(departed, 29)
    run_due(departed, erasure.WORK_KIND)
    assert Shop.objects.filter(pk=departed).exists()
    leave_since(departed, 31)
    run_due(departed, erasure.WORK_KIND)
    assert not Shop.objects.filter(pk=departed).exists()


def test_owners_are_told_by_mail_when_all_is_erased(departed):
    with shop_scope(departed):
        told = list(Notice.objects.filter(kind="removed").order_by("user_id"))
    assert len(told) == 2  # somebody of the platform's staff, whom no mail reaches, and an owner with an address
    for one in told:
        notices.mail_notice(departed, one.pk)
    (sent,) = mail.outbox
    assert sent.to == ["real@example.com"]
    day = (now() + erasure.RETENTION).astimezone(ZoneInfo("Europe/Paris")).date()
    assert date_format(day, "DATE_FORMAT") in sent.body


def test_a_shop_that_came_back_is_never_erased(departed):
    leave_since(departed, 31)
    assert install() == departed
    run_due(departed, erasure.WORK_KIND)
    assert erasure.erase_shop(departed) == 0
    assert Membership.objects.filter(shop_id=departed).count() == 2
    assert installs.find_installed(NAME, SHOP) == departed


def test_one_that_came_back_and_left_again_has_its_thirty_days_anew(departed):
    leave_since(departed, 31)
    install()
    installs.uninstall_shop(departed, None)
    run_due(departed, erasure.WORK_KIND)
    assert Shop.objects.filter(pk=departed).exists()
    due = Due.objects.get(shop_id=departed, kind=erasure.WORK_KIND)
    assert due.due_at > now() + timedelta(days=29)


def test_a_shop_without_a_platform_is_not_erased(shop):
    erasure.erase_when_due(shop)
    assert erasure.erase_shop(shop) == 0
    assert ShopKey.objects.filter(shop_id=shop).exists()


def test_a_large_shop_goes_in_slices_and_is_gone_on_with(departed, monkeypatch):
    monkeypatch.setattr(erasure, "SLICE_ROWS", 7)
    monkeypatch.setattr(erasure, "TURN_SECONDS", 0.0)
    assert erasure.erase_shop(departed) == 7
    assert Shop.objects.filter(pk=departed).exists()
    assert install() != departed  # all access is closed: who comes back now begins anew
    monkeypatch.setattr(erasure, "TURN_SECONDS", 60.0)
    run_due(departed, erasure.WORK_KIND)
    assert left_of(departed) == []


def test_a_worker_that_dies_between_slices_loses_nothing(departed, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(store, "erase", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            erasure.erase_shop(departed)
    assert default_storage.exists(f"shop/{departed}/images/p0.svg")
    Due.objects.filter(shop_id=departed).update(due_at=now())
    run_due(departed, erasure.WORK_KIND)
    assert left_of(departed) == []
    assert not default_storage.exists(f"shop/{departed}")


def test_with_redis_away_a_shop_is_erased_all_the_same(departed, monkeypatch):
    def away(shop_id):
        raise RedisError

    monkeypatch.setattr(erasure, "forget_shop", away)
    erasure.erase_shop(departed)
    assert left_of(departed) == []


@pytest.mark.django_db(transaction=True)
def test_an_install_and_an_erasure_at_once_leave_one_whole_shop(departed):
    start = threading.Barrier(2)

    def erase() -> None:
        start.wait(PATIENCE_SECONDS)
        erasure.erase_shop(departed)
        connection.close()

    thread = threading.Thread(target=erase)
    thread.start()
    start.wait(PATIENCE_SECONDS)
    installed = install()
    thread.join(PATIENCE_SECONDS)
    assert installs.find_installed(NAME, SHOP) == installed
    with shop_scope(installed):
        assert Install.objects.filter(uninstalled_at=None).count() == 1
    if installed != departed:
        assert not Shop.objects.filter(pk=departed).exists()
