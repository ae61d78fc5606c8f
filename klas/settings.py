"""Settings of every process: web, worker, commands and tests.

What may differ between installations comes from the environment (`docs/operations.md` lists it);
the rules of the domain (days, limits, fees) stand in `klas/policy.py`.
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from klas import postgres
from klas.jobs import WORKER_DEFAULTS
from klas.keys import KeySource
from klas.policy import policy
from klas.secret import load_or_create_secret

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("KLAS_DATA", BASE_DIR / ".klas")).resolve()
DEMO = os.environ.get("KLAS_DEMO") == "1"
DEBUG = os.environ.get("KLAS_DEBUG") == "1"
# "web" gets time limits in the database and a connection pool; commands and the worker do not.
PROCESS = os.environ.get("KLAS_PROCESS", "command")
# Reached over TLS only; the demo on loopback is not.
TLS = os.environ.get("KLAS_TLS") == "1"
# So many proxies of our own stand in front and each adds whom it heard from to X-Forwarded-For.
PROXIES = int(os.environ.get("KLAS_PROXIES") or 0)

SECRET_KEY = os.environ.get("KLAS_SECRET_KEY") or load_or_create_secret(DATA_DIR / "secret-key")
# What is sealed (klas.sealing), and what sealed values are found by (klas.blind): two rings of keys
# outside the database. Only the demo makes them by itself; else `manage.py make_keys`.
SEAL_KEYS = KeySource.of(
    "KLAS_KEYS", Path(os.environ.get("KLAS_KEYS_FILE") or DATA_DIR / "keys"), make=DEMO
)
SEARCH_KEYS = KeySource.of("KLAS_SEARCH_KEY", DATA_DIR / "search-key", make=DEMO)
# What the heads of the access log's seal are signed with (klas.log_chain), the public halves of
# earlier ones, and where the heads go: to be somewhere that the database's owner cannot write.
LOG_KEY = os.environ.get("KLAS_LOG_KEY") or load_or_create_secret(DATA_DIR / "log-key")
LOG_OLD_KEYS = [key for key in os.environ.get("KLAS_LOG_OLD_KEYS", "").split(",") if key]
LOG_HEADS = Path(os.environ.get("KLAS_LOG_HEADS") or DATA_DIR / "log-heads.jsonl")
# Where what has been erased by a rule is archived (klas.archive).
ARCHIVE_DIR = Path(os.environ.get("KLAS_ARCHIVE") or DATA_DIR / "archive")
# What is erased when, by app (klas.retention).
RETENTION = [
    "klas.retention_rules.CLASSES",
    "accounts.retention.CLASSES",
    "notifications.retention.CLASSES",
    "motivations.retention.CLASSES",
    "applications.retention.CLASSES",
    "decisions.retention.CLASSES",
]
ALLOWED_HOSTS = os.environ.get("KLAS_HOSTS", "127.0.0.1,localhost").split(",")
# Where people reach the service: for links that leave it, in e-mails and QR codes.
BASE_URL = (
    os.environ.get("KLAS_BASE_URL") or f"http://127.0.0.1:{os.environ.get('KLAS_PORT') or 8000}"
).rstrip("/")

INSTALLED_APPS = [
    "klas",
    "accounts",
    "pharmacies",
    "medicines",
    "notifications",
    "motivations",
    "applications",
    "decisions",
    "licences",
    "crispy_forms",
    "procrastinate.contrib.django",
    "pgtrigger",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "klas.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "klas.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "klas.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "klas.middleware.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.ActingMiddleware",
    "accounts.middleware.LastUsedMiddleware",
    "klas.limiting.LimitMiddleware",
    "klas.middleware.ReadOnlyGetMiddleware",
]

ROOT_URLCONF = "klas.urls"
WSGI_APPLICATION = "klas.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "klas.context.shell",
                "accounts.context.session_limits",
                "notifications.context.notices",
            ],
            "builtins": ["django.templatetags.i18n", "klas.templatetags.klas"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["klas"]
CRISPY_TEMPLATE_PACK = "klas"
CRISPY_FAIL_SILENTLY = False

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **postgres.connection_settings(data_dir=DATA_DIR, web=PROCESS == "web"),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
    }
}
DEFAULT_AUTO_FIELD = "klas.sealed.RowKeyField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, str]] = []
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
# So many seconds after signing in something may be signed; then the identity is proven once more.
KLAS_REAUTHENTICATION = 60 * int(os.environ.get("KLAS_REAUTHENTICATION_MINUTES") or 15)
# The identity providers and what we are to them; accounts/oidc reads it.
OIDC = {name: value for name, value in os.environ.items() if name.startswith("KLAS_OIDC_")}
OIDC_TIMEOUT = 5.0  # seconds for each of a provider's answers
# The emergency sign-in, for when the providers are away (accounts.break_glass).
KLAS_BREAK_GLASS = os.environ.get("KLAS_BREAK_GLASS") == "1"
# In the demo: where our own test provider listens, written by itself.
TEST_PROVIDER_FILE = DATA_DIR / "test-provider"

# Registers of licences to practise: paths to CSV files or HTTP addresses, in the order in which
# they are asked, separated by spaces (accounts.practice).
KLAS_REGISTERS = os.environ.get(
    "KLAS_REGISTERS", str(BASE_DIR / "accounts" / "practice" / "example.csv") if DEMO else ""
).split()
# The certificate and key (one PEM file) that we show to a register that is asked over HTTP.
KLAS_REGISTER_CERTIFICATE = os.environ.get("KLAS_REGISTER_CERTIFICATE", "")

# What an application sent does at the agency. The agency's app stands above the pharmacies' and
# may not be imported from there, so the receiver is named here (docs/architecture.md, "Upwards").
APPLICATION_RECEIVER = "decisions.services.registration.register"
# What a prescriber's answer to the agency's questions does there, the same way.
SUPPLEMENT_RECEIVER = "decisions.services.supplements.answered"
APPLICATION_SUPPLEMENT_RECEIVER = "decisions.services.supplements.pharmacy_answered"
# What a pharmacy's withdrawal of its application does there.
WITHDRAWAL_RECEIVER = "decisions.services.closing.withdrawn"
# Whether a licence can be renewed without a new motivation, as it stands with those who dispense.
RENEWAL_CHECK = "licences.services.renewal.demand_renewable"
# What it does to a licence that its revocation is undone after an appeal.
RESTORATION_RECEIVER = "licences.services.restoring.restore"
# Who is told that somebody signed in by the emergency sign-in.
BREAK_GLASS_RECEIVER = "notifications.services.emergency.signed_in"
# What it does there that another pharmacy takes an application over.
HAND_OVER_RECEIVER = "decisions.services.applicants.handed_over"

# Without a server no e-mail is sent, and none is put by to be sent later.
EMAIL_HOST, _, _port = os.environ.get("KLAS_SMTP", "").partition(":")
EMAIL_PORT = int(_port or 25)
EMAIL_HOST_USER = os.environ.get("KLAS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("KLAS_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("KLAS_SMTP_TLS") == "starttls"
EMAIL_USE_SSL = os.environ.get("KLAS_SMTP_TLS") == "tls"
EMAIL_TIMEOUT = 10  # seconds for each answer
DEFAULT_FROM_EMAIL = os.environ.get("KLAS_MAIL_FROM", "klas@localhost")

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
# A cookie named so is taken by browsers over TLS only, and never from another host of the domain.
COOKIE_PREFIX = "__Host-" if TLS else ""
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}klas_language"
LANGUAGE_COOKIE_SECURE = TLS
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STORAGES = {
    "default": {"BACKEND": "klas.sealed_files.SealedStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# Where ClamAV's clamd listens. Set: nothing uploaded can be opened before it has been scanned.
CLAMD_SOCKET = os.environ.get("CLAMD_SOCKET", "")
FILE_UPLOAD_HANDLERS = ["klas.uploads.LimitedUploadHandler"]

# Never in the session, which lies in the database: a message may name a file.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}klas_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = policy.session_hours * 60 * 60
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}klas_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "klas.pages.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked on the machine itself, past the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        # Older browsers read the first, newer ones the second (klas.headers says where it leads).
        "report-uri": "/csp-rapport/",
        "report-to": "csp",
    }
}
# Where who has found a weakness turns (RFC 9116): a mailto: or https: address.
SECURITY_CONTACT = os.environ.get(
    "KLAS_SECURITY_CONTACT", "mailto:servicedesk@ehalsomyndigheten.se"
)

PROCRASTINATE_ON_APP_READY = "klas.jobs.on_app_ready"
PROCRASTINATE_WORKER_DEFAULTS = WORKER_DEFAULTS
LOGGING_CONFIG = "klas.logs.configure"
# Django leaves out LOGGING_CONFIG when this is empty.
LOGGING: dict[str, object] = {"version": 1}
