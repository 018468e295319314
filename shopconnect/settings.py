"""Every setting, read once from the environment; docs/operators.md explains each."""

from pathlib import Path
from urllib.parse import urlsplit

from shopconnect.core.environment import (
    BadSetting,
    database,
    env_address,
    env_bool,
    env_choice,
    env_int,
    env_list,
    env_text,
    read_url,
)
from shopconnect.core.machine import multiply_in_one_thread, write_for_ourselves
from shopconnect.core.observability.log import logging_settings
from shopconnect.core.production import (
    NEAR,
    refuse_guessable,
    refuse_guessable_keys,
    refuse_open_model,
    refuse_open_servers,
    refuse_open_site,
)

BASE_DIR = Path(__file__).resolve().parent.parent

MODE = env_choice("SHOPCONNECT_MODE", ("development", "production"), "development")
PRODUCTION = MODE == "production"
DEBUG = env_bool("DEBUG", False)
DEMO = env_bool("DEMO", False)
# Where a platform of the demo shows its admin and the shop's storefront, and where programs find the shop there
DEMO_ADMIN, DEMO_STOREFRONT, DEMO_SHOP = (env_text(f"DEMO_{name}", "") for name in ("ADMIN", "STOREFRONT", "SHOP"))
if PRODUCTION and (DEBUG or DEMO):
    raise BadSetting("DEBUG and DEMO open doors that production keeps shut: unset them, or SHOPCONNECT_MODE.")


SITE_URL = read_url("SITE_URL", "http://localhost:8000", ("http", "https")).rstrip("/")
# What everybody can read in this file is good enough only where nobody else can come.
WELL_KNOWN_WILL_DO = not PRODUCTION and urlsplit(SITE_URL).hostname in NEAR


def _secret(name: str, well_known: str) -> str:
    return env_text(name, well_known if WELL_KNOWN_WILL_DO else None)


# Secrets
SECRET_KEY = _secret("SECRET_KEY", "development-only-" + "x" * 40)
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS")
FIELD_KEYS = _secret("FIELD_KEYS", "ZGV2ZWxvcG1lbnQtb25seS1kZXZlbG9wbWVudC1vbmw=").split(",")
HASH_KEY = _secret("HASH_KEY", "development-only")
if not WELL_KNOWN_WILL_DO:
    refuse_guessable("SECRET_KEY", SECRET_KEY, least=50)
    for key in SECRET_KEY_FALLBACKS:
        refuse_guessable("SECRET_KEY_FALLBACKS", key, least=50)
    refuse_guessable("HASH_KEY", HASH_KEY, least=32)
    refuse_guessable_keys("FIELD_KEYS", FIELD_KEYS)

# Where it is reached
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", SITE_URL)
HTTPS = SITE_URL.startswith("https://")
BEHIND_PROXY = env_bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # else all who sign in share the proxy's address, and its limits
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "shopconnect.core.web.middleware.form_expired"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "shopconnect_session", "shopconnect_csrf"
X_FRAME_OPTIONS = "DENY"
ALLOW_LOOPBACK = env_bool("ALLOW_LOOPBACK", False)
METRICS_TOKEN = env_text("METRICS_TOKEN", "")
SECURITY_CONTACT = env_text("SECURITY_CONTACT", "")  # mailto: or https:, who hears of a weakness of this site
if METRICS_TOKEN and not WELL_KNOWN_WILL_DO:
    refuse_guessable("METRICS_TOKEN", METRICS_TOKEN, least=20)
if PRODUCTION:
    refuse_open_site(site_url=SITE_URL, allowed_hosts=ALLOWED_HOSTS, allow_loopback=ALLOW_LOOPBACK)
MOST_BODY_BYTES = 2_000_000  # of a request
BODIES_AT_ONCE = env_int("BODIES_AT_ONCE", 6, least=2)  # that come in to one web process: fewer than it has threads
HEALTH_ADDRESS = env_address("HEALTH_ADDRESS")
REDIS_SECONDS = 0.25  # the longest that a call to Redis takes
NOTED_SECONDS = 1.0  # for which a process gathers what becomes of shoppers' calls before a call takes it along
MOMENT_SECONDS = 0.05  # the longest that a shopper's page waits for a server of ours; what is later is done without
HOLD_OUT_PERCENT = 5  # of visits that see a shop without us until its merchant says otherwise

# Servers
DATABASE_URL = read_url("DATABASE_URL", "postgres:///shopconnect", ("postgres", "postgresql"))
_OWNER_URL, _INGEST_URL = env_text("DATABASE_OWNER_URL", ""), env_text("DATABASE_INGEST_URL", "")
_URLS = {"DATABASE_URL": DATABASE_URL, "DATABASE_OWNER_URL": _OWNER_URL, "DATABASE_INGEST_URL": _INGEST_URL}
REDIS_URL = read_url("REDIS_URL", "redis://localhost:6379/0", ("redis", "rediss", "unix"))
if PRODUCTION:
    refuse_open_servers(redis_url=REDIS_URL, database_urls=_URLS)
DATABASES = {"default": database(DATABASE_URL)}
if _OWNER_URL:
    DATABASES["owner"] = database(_OWNER_URL) | {"TEST": {"MIRROR": "default"}}
if _INGEST_URL:
    DATABASES["ingest"] = database(_INGEST_URL) | {"TEST": {"MIRROR": "default"}}
if env_bool("DATABASE_POOL", False):
    DATABASES["default"]["OPTIONS"] |= {"pool": {"min_size": 1, "max_size": 12, "timeout": 3}}  # type: ignore[operator]
DATABASE_ROLES = {
    "app": str(DATABASES["default"]["USER"]) or "shopconnect_app",
    "ingest": str(DATABASES["ingest"]["USER"]) if _INGEST_URL else "shopconnect_ingest",
}
DATABASE_ROUTERS = ["shopconnect.core.tenancy.router.OneDatabase"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "shopconnect.core.cache.backend.ForgivingRedisCache", "LOCATION": REDIS_URL}}

# The tables without a shop: the doorway, by which a shop is found, and the accounts of people who work with shops.
DOORWAY = ["shops_shop", "shops_shopkey", "accounts_membership", "core_due"]
ACCOUNTS = [
    "accounts_user",
    "accounts_user_groups",
    "accounts_user_user_permissions",
    "accounts_signin",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "usersessions_usersession",
    "django_session",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
    "django_migrations",
    "core_slot",
    "woocommerce_approval",
]

# What is installed
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "shopconnect.core",
    "shopconnect.shops",
    "shopconnect.accounts",
    "shopconnect.ui",
    "shopconnect.notifications",
    "shopconnect.billing",
    "shopconnect.privacy",
    "shopconnect.catalog",
    "shopconnect.orders",
    "shopconnect.events",
    "shopconnect.sync",
    "shopconnect.experiments",
    "shopconnect.widgets",
    "recommender.products",
    "recommender.prices",
    "recommender.stock",
    "recommender.quality",
    "chatbot.answers",
    "chatbot.console",
    "chatbot.console.teaching",
    "chatbot.console.quality",
    "shopconnect.platforms.shopify",
    "shopconnect.platforms.woocommerce",
    "shopconnect.dashboard",
    "shopconnect.demo",
    "shopconnect.measure",
    "shopconnect.embedded",
]
MIDDLEWARE = [
    "shopconnect.core.observability.metrics.count_requests",
    "shopconnect.core.web.middleware.content_security_policy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shopconnect.widgets.shortcut.shoppers_first",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shopconnect.platforms.shopify.embedded.EmbeddedPages",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shopconnect.demo.coming.ShopComesFirst",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shopconnect.accounts.sign_in.sessions.watch_sessions",
    "shopconnect.core.web.caller.remember_caller",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "shopconnect.core.web.middleware.back_to_page",
]
ROOT_URLCONF, WSGI_APPLICATION = "shopconnect.urls", "shopconnect.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["shopconnect.ui.templatetags.dates"],
        },
    }
]

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # only in the browser that signed up: whoever else has the link has no more
ACCOUNT_CHANGE_EMAIL = ACCOUNT_PREVENT_ENUMERATION = ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER, ACCOUNT_EMAIL_NOTIFICATIONS = "shopconnect.accounts.sign_in.adapter.AccountAdapter", True
ACCOUNT_FORMS = {
    name: f"shopconnect.accounts.sign_in.forms.{form}"
    for name, form in {
        "login": "SignInForm",
        "signup": "SignUpForm",
        "change_password": "NewPasswordForm",
        "set_password": "FirstPasswordForm",
        "reset_password": "ForgottenPasswordForm",
        "reset_password_from_key": "LinkedPasswordForm",
        "add_email": "NewAddressForm",
        "reauthenticate": "PasswordAgainForm",
    }.items()
}
# By address and network (or known browser) first, so that strangers lock nobody out; see sign_in/adapter.py
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "login_failed_anywhere": "100/h/key",
    "reset_password": "5/m/ip,20/h/ip",
    "mail": "5/h/key",  # of one kind to one address, whoever asks for it
}
MFA_ADAPTER = "shopconnect.accounts.sign_in.mfa.MFAAdapter"
MFA_FORMS = {
    "authenticate": "shopconnect.accounts.sign_in.mfa.CodeForm",
    "reauthenticate": "shopconnect.accounts.sign_in.mfa.CodeAgainForm",
    "activate_totp": "shopconnect.accounts.sign_in.mfa.AppForm",
    "add_webauthn": "shopconnect.accounts.sign_in.mfa.PasskeyForm",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES, MFA_PASSKEY_LOGIN_ENABLED = ["totp", "recovery_codes", "webauthn"], True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers themselves allow localhost only
MFA_TOTP_ISSUER = "ShopConnect"
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_IDLE_HOURS = env_int("SESSION_IDLE_HOURS", 12, least=1, most=336)
MESSAGE_STORAGE = "shopconnect.core.web.message_storage.FramedMessageStorage"
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "/"

# E-mail
EMAIL_HOST, EMAIL_PORT = env_text("EMAIL_HOST", None if PRODUCTION else ""), env_int("EMAIL_PORT", 587)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env_text("EMAIL_USER", ""), env_text("EMAIL_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_TIMEOUT = env_bool("EMAIL_TLS", True), 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env_text("EMAIL_FROM", "ShopConnect <noreply@localhost>")

# Shopify: our app there, off where there is none
SHOPIFY_CLIENT_ID, SHOPIFY_CLIENT_SECRET = env_text("SHOPIFY_CLIENT_ID", ""), env_text("SHOPIFY_CLIENT_SECRET", "")
SHOPIFY_OLD_CLIENT_SECRET = env_text("SHOPIFY_OLD_CLIENT_SECRET", "")
if bool(SHOPIFY_CLIENT_ID) != bool(SHOPIFY_CLIENT_SECRET) or (SHOPIFY_OLD_CLIENT_SECRET and not SHOPIFY_CLIENT_ID):
    raise BadSetting("SHOPIFY_CLIENT_ID and SHOPIFY_CLIENT_SECRET go together: set both, or neither.")
SHOPIFY_DATA_LEVEL = env_int("SHOPIFY_DATA_LEVEL", 1, least=1, most=2)
_NEAR_OR_SAFE = ("https",) if PRODUCTION else ("https", "http")
SHOPIFY_ORIGIN = read_url("SHOPIFY_ORIGIN", "https://{shop}", _NEAR_OR_SAFE).rstrip("/")
if "{shop}" not in SHOPIFY_ORIGIN:
    raise BadSetting("SHOPIFY_ORIGIN must say where {shop} stands, as in https://{shop}.")
SHOPIFY_ADMIN = read_url("SHOPIFY_ADMIN", "https://admin.shopify.com", _NEAR_OR_SAFE).rstrip("/")
SHOPIFY_APP_BRIDGE_URL = read_url(
    "SHOPIFY_APP_BRIDGE_URL", "https://cdn.shopify.com/shopifycloud/app-bridge.js", _NEAR_OR_SAFE
)

# What is paid for there: plans are sold where all four are set, and nothing is limited where none is
SHOPIFY_PARTNER_ORGANISATION = env_text("SHOPIFY_PARTNER_ORGANISATION", "")
SHOPIFY_PARTNER_TOKEN = env_text("SHOPIFY_PARTNER_TOKEN", "")
SHOPIFY_APP_NUMBER, SHOPIFY_APP_HANDLE = env_text("SHOPIFY_APP_NUMBER", ""), env_text("SHOPIFY_APP_HANDLE", "")
SHOPIFY_PARTNER_ORIGIN = read_url("SHOPIFY_PARTNER_ORIGIN", "https://partners.shopify.com", _NEAR_OR_SAFE).rstrip("/")
_SOLD = (SHOPIFY_PARTNER_ORGANISATION, SHOPIFY_PARTNER_TOKEN, SHOPIFY_APP_NUMBER, SHOPIFY_APP_HANDLE)
if any(_SOLD) and not all(_SOLD):
    raise BadSetting(
        "SHOPIFY_PARTNER_ORGANISATION, SHOPIFY_PARTNER_TOKEN, SHOPIFY_APP_NUMBER and SHOPIFY_APP_HANDLE go together."
    )

# WooCommerce: each shop stands at an address of its own, which only a test has elsewhere
WOOCOMMERCE_ORIGIN = read_url("WOOCOMMERCE_ORIGIN", "https://{shop}", _NEAR_OR_SAFE).rstrip("/")

# Stripe: plans of shops whose platform takes no money for apps; nothing is sold there where none of the three is set
STRIPE_KEY, STRIPE_WEBHOOK_SECRET = env_text("STRIPE_KEY", ""), env_text("STRIPE_WEBHOOK_SECRET", "")
STRIPE_PLANS = {price: plan for price, _, plan in (pair.partition("=") for pair in env_list("STRIPE_PLANS"))}
STRIPE_TAX = env_bool("STRIPE_TAX", False)
STRIPE_ORIGIN = read_url("STRIPE_ORIGIN", "https://api.stripe.com", _NEAR_OR_SAFE).rstrip("/")
if len({bool(STRIPE_KEY), bool(STRIPE_WEBHOOK_SECRET), bool(STRIPE_PLANS)}) > 1:
    raise BadSetting("STRIPE_KEY, STRIPE_WEBHOOK_SECRET and STRIPE_PLANS (price_1=starter,price_2=growth) go together.")

# A language model behind an OpenAI-compatible address; nothing is asked of one where none is set
COMPOSITION_URL = env_text("COMPOSITION_URL", "").rstrip("/")
COMPOSITION_KEY, COMPOSITION_MODEL = env_text("COMPOSITION_KEY", ""), env_text("COMPOSITION_MODEL", "")
COMPOSITION_REGION = env_text("COMPOSITION_REGION", "")  # where it runs, as merchants read it
if COMPOSITION_URL:
    refuse_open_model(url=COMPOSITION_URL, allow_loopback=ALLOW_LOOPBACK)
if len({bool(COMPOSITION_URL), bool(COMPOSITION_MODEL), bool(COMPOSITION_REGION)}) > 1:
    raise BadSetting("COMPOSITION_URL, COMPOSITION_MODEL and COMPOSITION_REGION go together: set all three, or none.")

# Languages and time
LANGUAGES = [("en", "English"), ("fr", "Français")]
LANGUAGE_CODE, TIME_ZONE, USE_TZ, USE_I18N = "en", "UTC", True, True
LANGUAGE_COOKIE_NAME, LANGUAGE_COOKIE_SAMESITE = "shopconnect_language", "Lax"
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]
FORMAT_MODULE_PATH = "shopconnect.ui.formats"

# Every process
write_for_ourselves()
multiply_in_one_thread()

# Files
DATA_FOLDER = Path(env_text("DATA_FOLDER", str(BASE_DIR / ".shopconnect")))
MEDIA_ROOT, ARTEFACT_CACHE = DATA_FOLDER / "storage", DATA_FOLDER / "artefacts"
DEMO_FOLDER = Path(env_text("DEMO_FOLDER", str(DATA_FOLDER / "demo")))
STATIC_URL, STATIC_ROOT = "static/", BASE_DIR / "staticfiles"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
_S3 = env_text("S3_BUCKET", "")
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage" if _S3 else "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"bucket_name": _S3, "endpoint_url": env_text("S3_ENDPOINT", "") or None} if _S3 else {},
    },
    # These everybody is shown, also by a web server under another account
    "staticfiles": {
        "BACKEND": "shopconnect.core.web.static.HashedStatic",
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}

# Celery
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER, CELERY_ACCEPT_CONTENT = "json", ["json"]
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5.0
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_DEFAULT_QUEUE, CELERY_TASK_ROUTES = "sync", "shopconnect.core.jobs.queues.find_queue"

# REST
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {"TITLE": "ShopConnect", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}

LOGGING = logging_settings(json_lines=PRODUCTION, level=env_choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING"), "INFO"))
DATA_UPLOAD_MAX_MEMORY_SIZE = MOST_BODY_BYTES
