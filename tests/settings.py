"""The settings of the tests: the product's own, with cheap passwords and mail kept in memory."""

from shopconnect.settings import *  # noqa: F403

DEMO = True
ALLOW_LOOPBACK = True  # doubles of platforms stand on this machine
MOMENT_SECONDS = REDIS_SECONDS = 20.0  # on a machine that tests keep busy, a moment is long
NOTED_SECONDS = 0.0  # the next call takes along what became of this one
HOLD_OUT_PERCENT = 0  # a test that looks for a shelf finds it on any day
SHOPIFY_CLIENT_ID, SHOPIFY_CLIENT_SECRET = "our-client-id", "hush" * 10
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["*"]
STORAGES |= {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
STATIC_ROOT = None  # nothing is collected: files are found where they lie
