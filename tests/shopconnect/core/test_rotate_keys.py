"""rotate_keys writes every encrypted text again under the newest key, in every shop, and again changes nothing."""

import threading

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection

from shopconnect.accounts.models import User
from shopconnect.core.security import crypto, rotation
from shopconnect.core.security.crypto import CannotDecrypt
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.orders.models import Customer
from shopconnect.shops.models import Install

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture(autouse=True)
def keys(settings):
    crypto.configure([OLD], settings.HASH_KEY)
    yield
    crypto.configure(settings.FIELD_KEYS, settings.HASH_KEY)


def fill(shop_id, number):
    with shop_scope(shop_id):
        Install.objects.update(tokens="a secret")
        Customer.objects.bulk_create(
            Customer(external_id=f"c{n}", email=f"p{n}@example.com" if n % 2 else "") for n in range(number)
        )


def test_every_encrypted_column_is_found():
    assert {column.name for column in rotation.encrypted_columns()} >= {
        "shops.Install.token",
        "accounts.Invitation.email",
        "orders.Customer.email",
        "orders.Order.email",
    }


def test_after_rotation_the_old_key_may_go(shop, other_shop, settings, monkeypatch, capsys):
    monkeypatch.setattr(rotation, "AT_ONCE", 3)
    for shop_id in (shop, other_shop):
        fill(shop_id, 20)
    crypto.configure([NEW, OLD], settings.HASH_KEY)
    call_command("rotate_keys")
    assert "orders.Customer.email: 20 rotated, 0 under the newest key already" in capsys.readouterr().out
    crypto.configure([NEW], settings.HASH_KEY)
    for shop_id in (shop, other_shop):
        with shop_scope(shop_id):
            assert Install.objects.get().tokens == "a secret"
            assert Customer.objects.get(external_id="c7").email == "p7@example.com"
            assert Customer.objects.get(external_id="c8").email == ""


def test_running_it_again_changes_nothing(shop, settings, capsys):
    fill(shop, 4)
    crypto.configure([NEW, OLD], settings.HASH_KEY)
    call_command("rotate_keys")
    with shop_scope(shop), connection.cursor() as cursor:
        cursor.execute("SELECT email FROM orders_customer ORDER BY id")
        before = cursor.fetchall()
    capsys.readouterr()
    call_command("rotate_keys")
    assert "orders.Customer.email: 0 rotated, 2 under the newest key already" in capsys.readouterr().out
    with shop_scope(shop), connection.cursor() as cursor:
        cursor.execute("SELECT email FROM orders_customer ORDER BY id")
        assert cursor.fetchall() == before


def test_a_text_that_no_key_opens_stops_it_loudly(shop, settings):
    fill(shop, 2)
    crypto.configure([NEW], settings.HASH_KEY)
    with pytest.raises(CannotDecrypt):
        call_command("rotate_keys")


def test_what_changes_while_it_runs_is_not_lost(transactional_db, shop, settings, monkeypatch):
    fill(shop, 2)
    crypto.configure([NEW, OLD], settings.HASH_KEY)
    rotate, writer = crypto.rotate, []

    def slow(text):
        if not writer:

            def write():
                with shop_scope(shop):
                    Customer.objects.filter(external_id="c1").update(email="new@example.com")
                connection.close()

            writer.append(threading.Thread(target=write))
            writer[0].start()
        return rotate(text)

    monkeypatch.setattr(crypto, "rotate", slow)
    call_command("rotate_keys")
    writer[0].join()
    with shop_scope(shop):
        assert Customer.objects.get(external_id="c1").email == "new@example.com"


def test_secrets_of_the_second_step_are_rotated_too(shop, settings):
    user = User.objects.create_user("ada@example.com")
    data = {"secret": crypto.encrypt("JBSW"), "used_mask": 3, "plain": "x", "codes": [crypto.encrypt("1234")]}
    Authenticator.objects.create(user=user, type="totp", data=data)
    crypto.configure([NEW, OLD], settings.HASH_KEY)
    call_command("rotate_keys")
    crypto.configure([NEW], settings.HASH_KEY)
    stored = Authenticator.objects.get().data
    assert crypto.decrypt(stored["secret"]) == "JBSW"
    assert crypto.decrypt(stored["codes"][0]) == "1234"
    assert (stored["used_mask"], stored["plain"]) == (3, "x")
