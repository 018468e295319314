"""Secrets at rest are unreadable, and stay readable while keys change."""

import pytest
from cryptography.fernet import Fernet

from shopconnect.core.security import crypto
from shopconnect.core.security.crypto import CannotDecrypt, decrypt, encrypt, person_key, random_public_id


@pytest.fixture(autouse=True)
def put_back(settings):
    yield
    crypto.configure(settings.FIELD_KEYS, settings.HASH_KEY)


def keys(number):
    return [Fernet.generate_key().decode() for _ in range(number)]


def test_what_was_encrypted_is_decrypted():
    assert decrypt(encrypt("çà 1")) == "çà 1"
    assert "secret" not in encrypt("secret")
    assert encrypt("secret") != encrypt("secret")


def test_a_new_key_in_front_encrypts_and_the_old_one_still_opens():
    old, new = keys(2)
    crypto.configure([old], "h")
    token = encrypt("x")
    crypto.configure([new, old], "h")
    assert decrypt(token) == "x"
    assert not crypto.is_newest(token)
    rotated = crypto.rotate(token)
    assert crypto.is_newest(rotated)
    crypto.configure([new], "h")
    assert decrypt(rotated) == "x"
    with pytest.raises(CannotDecrypt, match="put the old key back"):
        decrypt(token)


def test_a_changed_token_is_refused():
    with pytest.raises(CannotDecrypt):
        decrypt(encrypt("x")[:-4] + "AAA=")


def test_one_person_has_one_key_however_the_address_is_written():
    assert person_key(" Ada@Example.com ") == person_key("ada@example.com") != person_key("eve@example.com")
    assert person_key("  ") is None


def test_a_person_key_needs_the_hash_key():
    before = person_key("ada@example.com")
    crypto.configure(keys(1), "another")
    assert person_key("ada@example.com") != before


def test_a_marked_token_is_known_as_ours_and_no_other_is():
    token = crypto.prefixed_token("pk_")
    assert crypto.is_prefixed_token("pk_", token)
    for other in ("", "pk_", token[:-1], token + "0", token.replace("pk_", "sc_"), "pk_" + "é" * 30, "\0" * 40):
        assert not crypto.is_prefixed_token("pk_", other)
    assert not crypto.is_prefixed_token("sc_", token)


def test_public_ids_fit_a_bigint():
    assert all(0 <= random_public_id() < 2**63 for _ in range(1000))
