"""A web process or a worker with too much power does not start."""

import base64
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shopconnect.core.startup import refuse_dangerous_role
from tests.servers import ROOT


def start(code: str = "import shopconnect.wsgi", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "shopconnect.settings", **environment},
    )


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}


def test_the_application_role_may_start(db):
    refuse_dangerous_role()


def test_the_web_refuses_to_start_as_the_owner(db):
    ended = start(DATABASE_URL=os.environ["DATABASE_OWNER_URL"])
    assert ended.returncode != 0
    assert "owns tables: the wall between shops would not hold" in ended.stderr


def test_no_address_of_a_merchants_leads_to_this_machine_unless_its_operator_says_so():
    code = "import shopconnect.settings as one; print(one.ALLOW_LOOPBACK)"
    for set_to, expected in (("", "False"), ("1", "True")):
        assert start(code, ALLOW_LOOPBACK=set_to, DEMO="1").stdout.splitlines()[-1] == expected


def test_the_web_starts_while_the_database_is_away_and_waits_for_no_statistics(db):
    code = "import shopconnect.wsgi, sys; print('scipy.stats' in sys.modules)"  # it takes a second to import
    ended = start(code, DATABASE_URL="postgres://shopconnect_app@127.0.0.1:1/none")
    assert (ended.returncode, ended.stdout.splitlines()[-1]) == (0, "False")


def test_stored_files_are_for_our_account_only(tmp_path):
    writes = (
        "import shopconnect.wsgi\n"
        "from django.core.files.base import ContentFile\n"
        "from django.core.files.storage import default_storage\n"
        "default_storage.save('shop/deeper/file', ContentFile(b'x'))\n"
    )
    (tmp_path / "storage").mkdir()
    (tmp_path / "storage").chmod(0o755)
    assert start(writes, DATA_FOLDER=str(tmp_path)).returncode == 0
    assert modes(tmp_path / "storage") == {".": 0o700, "shop": 0o700, "shop/deeper": 0o700, "shop/deeper/file": 0o600}


def test_every_process_writes_for_its_own_account():
    for code in ("import os, shopconnect.settings", "import os, manage, sys; sys.argv = ['', 'help']; manage.main()"):
        assert start(f"{code}; print(oct(os.umask(0)))").stdout.splitlines()[-1] == "0o77"


def test_stored_files_that_are_open_and_not_ours_stop_the_start(tmp_path):
    (tmp_path / "storage").symlink_to("/proc/self")
    ended = start(DATA_FOLDER=str(tmp_path))
    assert ended.returncode != 0
    assert "is open to other accounts and belongs to another one than ours" in ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SHOPCONNECT_MODE", "prod", "SHOPCONNECT_MODE is 'prod'; write one of: development, production."),
        ("DEBUG", "maybe", "DEBUG is 'maybe'; write 1 or 0."),
        ("EMAIL_PORT", "smtp", "EMAIL_PORT is 'smtp'; write a whole number from 0 to"),
        ("DATABASE_URL", "mysql://x", "DATABASE_URL must begin with one of: postgres://"),
        ("SECRET_KEY_FILE", "/nowhere/key", "SECRET_KEY_FILE: /nowhere/key cannot be read"),
        ("STRIPE_PLANS", "price_1:starter", "STRIPE_KEY, STRIPE_WEBHOOK_SECRET and STRIPE_PLANS"),
        ("HEALTH_ADDRESS", "8001", "HEALTH_ADDRESS is '8001'; write host:port, as in 127.0.0.1:8001."),
        ("SHOPIFY_CLIENT_ID", "alone", "SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET go together"),
        ("SHOPIFY_OLD_CLIENT_SECRET", "alone", "SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET go together"),
        ("SHOPIFY_DATA_LEVEL", "3", "SHOPIFY_DATA_LEVEL is '3'; write a whole number from 1 to 2."),
        ("SHOPIFY_ORIGIN", "https://shopify.example", "SHOPIFY_ORIGIN must say where {shop} stands"),
        ("COMPOSITION_URL", "http://models.example/v1", "COMPOSITION_URL must begin with https://"),
        ("COMPOSITION_URL", "https://models.example/v1", "COMPOSITION_URL, COMPOSITION_MODEL and COMPOSITION_REGION"),
        ("COMPOSITION_MODEL", "small-1", "COMPOSITION_URL, COMPOSITION_MODEL and COMPOSITION_REGION go together"),
        ("SHOPIFY_APP_BRIDGE_URL", "app-bridge.js", "SHOPIFY_APP_BRIDGE_URL must begin with one of: https://"),
    ],
)
def test_a_bad_setting_stops_the_start_and_says_what_to_write(name, value, sentence):
    ended = start(**{name: value})
    assert ended.returncode != 0
    assert sentence in ended.stderr


def test_a_site_that_others_reach_does_not_start_with_well_known_secrets():
    ended = start(SITE_URL="https://shop.example")
    assert ended.returncode != 0
    assert "SECRET_KEY is not set." in ended.stderr


def test_production_does_not_start_without_secrets():
    ended = start(SHOPCONNECT_MODE="production", DEMO="0", SITE_URL="https://shop.example")
    assert ended.returncode != 0
    assert "SECRET_KEY is not set. docs/operators.md lists" in ended.stderr


KEY = base64.urlsafe_b64encode(hashlib.sha256(b"a key of tests").digest()).decode()
SAFE = {
    "SHOPCONNECT_MODE": "production",
    "DEMO": "0",
    "SECRET_KEY": KEY + KEY,
    "HASH_KEY": KEY,
    "FIELD_KEYS": KEY,
    "METRICS_TOKEN": KEY,
    "SITE_URL": "https://shop.example",
    "ALLOWED_HOSTS": "shop.example",
    "EMAIL_HOST": "smtp.example",
    "REDIS_URL": "rediss://:hush@redis.example:6379/0",
    "DATABASE_URL": "postgres://app:hush@db.example/shopconnect?sslmode=require",
    "DATABASE_OWNER_URL": "",
    "DATABASE_INGEST_URL": "",
}


@pytest.mark.parametrize(
    "near",
    [
        {},
        {"METRICS_TOKEN": ""},
        {"REDIS_URL": "redis://:hush@localhost:6379/0"},
        {"REDIS_URL": "unix:///run/redis.sock"},
        {"DATABASE_URL": "postgres://app:hush@127.0.0.1/shopconnect"},
        {"DATABASE_URL": "postgres:///shopconnect?host=/run/postgresql"},
    ],
)
def test_production_starts_with_what_is_safe(near):
    ended = start("import shopconnect.settings", **SAFE | near)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "a", "SECRET_KEY can be guessed: write 50 random characters or more. `python -c"),
        ("SECRET_KEY", "ab" * 40, "SECRET_KEY can be guessed"),
        ("FIELD_KEYS", "Y2hhbmdlLW1lLWNoYW5nZS1tZS1jaGFuZ2UtbWUtMTI=", "FIELD_KEYS holds a key that can be guessed"),
        ("SECRET_KEY", "development-only-" + KEY, "SECRET_KEY can be guessed"),
        ("SECRET_KEY_FALLBACKS", "old", "SECRET_KEY_FALLBACKS can be guessed"),
        ("HASH_KEY", "abcdefg", "HASH_KEY can be guessed: write 32"),
        ("METRICS_TOKEN", "abcdefg", "METRICS_TOKEN can be guessed"),
        ("FIELD_KEYS", f"{KEY},ZGV2ZWxvcG1lbnQtb25seS1kZXZlbG9wbWVudC1vbmw=", "FIELD_KEYS holds a key"),
        ("SITE_URL", "http://shop.example", "SITE_URL begins with http://"),
        ("ALLOWED_HOSTS", "shop.example,*", "ALLOWED_HOSTS must name the hosts of the site"),
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS must name the hosts of the site"),
        ("ALLOW_LOOPBACK", "1", "ALLOW_LOOPBACK lets merchants' addresses reach this machine"),
        ("REDIS_URL", "redis://redis.example:6379/0", "REDIS_URL has no password"),
        ("REDIS_URL", "redis://:hush@redis.example:6379/0", "REDIS_URL goes across a network without TLS"),
        ("DATABASE_URL", "postgres://app@db.example/x?sslmode=require", "DATABASE_URL has no password: write"),
        ("DATABASE_URL", "postgres://app@localhost/x", "DATABASE_URL has no password"),
        ("DATABASE_OWNER_URL", "postgres://app@/x?host=127.0.0.1", "DATABASE_OWNER_URL has no password"),
        ("DATABASE_INGEST_URL", "postgres://app:hush@db.example/x", "DATABASE_INGEST_URL goes across a network"),
        ("DATABASE_INGEST_URL", "postgres://app:hush@/x?host=db.example", "DATABASE_INGEST_URL goes across a network"),
    ],
)
def test_production_does_not_start_with_what_lets_strangers_in(name, value, sentence):
    ended = start("import shopconnect.settings", **SAFE | {name: value})
    assert ended.returncode != 0
    assert sentence in ended.stderr


EXAMPLES = dict(re.findall(r"^(\w+)=(.*change-me.*)$", (ROOT / "docs" / "operators.md").read_text(), re.MULTILINE))
GIVEN = dict.fromkeys(("SECRET_KEY_FALLBACKS", "SHOPIFY_CLIENT_SECRET", "SHOPIFY_PARTNER_TOKEN"), "Change-Me")


@pytest.mark.parametrize(("name", "value"), (EXAMPLES | GIVEN).items())
def test_nothing_starts_with_a_secret_as_our_pages_write_it(name, value, tmp_path):
    (tmp_path / "secret").write_text(value)
    for given in ({name: value}, {f"{name}_FILE": str(tmp_path / "secret")}):
        ended = start("import shopconnect.settings", **SAFE | given)
        assert ended.returncode != 0
        assert f"{name} holds change-me, which our pages show to everybody: write a secret of its own" in ended.stderr


def test_our_pages_write_no_secret_that_would_do():
    assert {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_PASSWORD", "METRICS_TOKEN"} < EXAMPLES.keys()


def test_a_site_that_others_reach_does_not_start_with_secrets_that_can_be_guessed():
    ended = start("import shopconnect.settings", **SAFE | {"SHOPCONNECT_MODE": "development", "SECRET_KEY": "a"})
    assert ended.returncode != 0
    assert "SECRET_KEY can be guessed" in ended.stderr


@pytest.mark.parametrize(("behind", "address"), [("0", "10.0.0.1"), ("1", "203.0.113.7")])
def test_limits_of_sign_ins_see_who_is_before_the_proxy(behind, address):
    asks = (
        "import django; django.setup()\n"
        "from allauth.account.adapter import get_adapter\n"
        "from django.test import RequestFactory\n"
        "sent = {'REMOTE_ADDR': '10.0.0.1', 'HTTP_X_FORWARDED_FOR': '198.51.100.1, 203.0.113.7'}\n"
        "print(get_adapter().get_client_ip(RequestFactory().get('/', **sent)))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "shopconnect.settings", "BEHIND_PROXY": behind}
    ended = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, env=environment)
    assert ended.stdout.strip() == address


@pytest.mark.parametrize(("client_id", "known"), [("ours", "True"), ("", "False")])
def test_shopify_is_served_where_our_app_is_set(client_id, known):
    asks = (
        "import shopconnect.wsgi; from shopconnect.connectors.registry import find_platform; "
        "print(find_platform('shopify') is not None)"
    )
    ended = start(code=asks, SHOPIFY_CLIENT_ID=client_id, SHOPIFY_CLIENT_SECRET=client_id)
    assert ended.stdout.strip() == known, ended.stderr


def test_what_is_loaded_at_a_workers_start_is_not_looked_at_again():
    asks = (
        "import gc; from celery.signals import worker_init; import shopconnect.celery; "
        "worker_init.send(sender=None); print(gc.get_freeze_count() > 10_000)"
    )
    assert start(code=asks).stdout.strip() == "True"
