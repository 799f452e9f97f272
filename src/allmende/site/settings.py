# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one settings file. Every `ALLMENDE_…` variable is described in docs/operations/settings.md; a test compares the two."""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from allmende.kernel.outbound.engine.addresses import is_this_machine
from allmende.kernel.registry import discover
from allmende.site.env import env, env_bool, env_int, env_list, env_origins, env_secret

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(env("ALLMENDE_HOME", "var")).resolve()
PRODUCTION = env_bool("ALLMENDE_PRODUCTION")
DEBUG = env_bool("ALLMENDE_DEBUG") and not PRODUCTION

# --- who may reach us
SECRET_KEY = env_secret("ALLMENDE_SECRET_KEY", HOME / "secret_key", make=not PRODUCTION)
SECRET_KEY_FALLBACKS = env_list("ALLMENDE_SECRET_KEY_FALLBACKS")  # earlier keys: what they signed or sealed stays good
PORT = env_int("ALLMENDE_PORT", 8000)  # of `allmende up`, and so of `make run`
BASE_URL = env("ALLMENDE_BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = env_list("ALLMENDE_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HTTPS else []
TRUSTED_PROXIES = env_int("ALLMENDE_TRUSTED_PROXIES", 0)  # how many proxies in front of us append to X-Forwarded-For

if PRODUCTION and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5):
    raise ImproperlyConfigured("ALLMENDE_SECRET_KEY is too weak: at least 50 random characters are needed.")
if PRODUCTION and ("*" in ALLOWED_HOSTS or not ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLMENDE_ALLOWED_HOSTS must name the town's own host names, not '*'.")
if PRODUCTION and not HTTPS:
    raise ImproperlyConfigured("ALLMENDE_BASE_URL must start with https:// in production.")

# --- rooms
KERNEL_ROOMS = [
    f"allmende.kernel.{room}"
    for room in (
        "outbound",
        "web",
        "privacy",
        "audit",
        "accounts",
        "jobs",
        "messages",
        "files",
        "documents",
        "evaluation",
        "llm",
        "search",
        "town",
        "places",
        "printing",
        "cases",
    )
]
REGISTRY = discover(KERNEL_ROOMS)

INSTALLED_APPS = [
    "allmende.site",
    *(room.package for room in REGISTRY.rooms),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_htmx",
    "django_q",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "allmende.kernel.web.middleware.TooLargeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allmende.kernel.accounts.middleware.RequireMFAMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "allmende.site.urls"
ASGI_APPLICATION = "allmende.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "allmende.kernel.web.context.frame",
                "allmende.site.context.town",
            ],
        },
    }
]
FORM_RENDERER = "allmende.kernel.web.forms.KernRenderer"

# --- database: SQLite needs no server and carries a town of 100,000; PostgreSQL where several machines share the work
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a reader that turns writer deadlocks otherwise: 0 of 600 writes lost instead of 201
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000; PRAGMA foreign_keys=ON;",
}
DATABASES = {"default": dj_database_url.parse(env("ALLMENDE_DATABASE_URL", f"sqlite:///{HOME / 'allmende.sqlite3'}"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    POOL = {"min_size": 1, "max_size": env_int("ALLMENDE_DATABASE_POOL", 8)}
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = POOL  # keeps host, sslmode … of the address
DATABASES["default"]["CONN_MAX_AGE"] = 0  # persistent connections leak under ASGI; PostgreSQL has the pool
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        # limits of logins and questions count here: with Django's 300 entries, 300 callers would make them forget a third
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "worker": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
    },  # django-q2's own figures, which nobody reads
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
    },  # parts of the page frame that are the same for everybody; gone with the process, as file names change with a release
}

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "allmende.kernel.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "allmende.kernel.accounts.forms.LoginForm"}
SOCIALACCOUNT_ADAPTER = "allmende.kernel.accounts.adapters.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by administrators; a letter at each login helps nobody
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before an e-mail address or a linked identity changes
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False  # closing the browser ends the session: desks in a town hall are shared
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,50/h/key"}  # the lockout proper is django-axes', by account and address
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an unverified e-mail never links accounts
SOCIALACCOUNT_ONLY = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Allmende"
MFA_TOTP_TOLERANCE = 1  # the code before and after: telephones' clocks go wrong; `factors.use` lets each count once
MFA_FORMS = {
    "activate_totp": "allmende.kernel.accounts.forms.ActivateTOTPForm",
    "authenticate": "allmende.kernel.accounts.forms.AuthenticateForm",
    "reauthenticate": "allmende.kernel.accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "allmende.kernel.accounts.adapters.MFAAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody registers here by himself, so no stranger can reserve an address
OIDC_SERVER_URL = env("ALLMENDE_OIDC_URL")
OIDC_ROLES_CLAIM = env("ALLMENDE_OIDC_ROLES_CLAIM")  # path in the ID token to a list of "role" or "role:unit"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "provider_class": "allmende.kernel.accounts.oidc.provider.TownProvider",
        "APPS": [
            {
                "provider_id": "town",
                "name": env("ALLMENDE_OIDC_NAME", "Stadtanmeldung"),
                "client_id": env("ALLMENDE_OIDC_CLIENT_ID"),
                "secret": env("ALLMENDE_OIDC_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}
AXES_FAILURE_LIMIT = env_int("ALLMENDE_LOGIN_ATTEMPTS", 5)
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "allmende.kernel.accounts.views.locked_out"
AXES_CLIENT_IP_CALLABLE = "allmende.kernel.web.addresses.limited_address"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "allmende.kernel.accounts.lockout.account_name"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # the audit has the logins
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
DEMO_PASSWORD = (
    "" if PRODUCTION else env("ALLMENDE_DEMO_PASSWORD")
)  # of the demo town's people; without it nobody knows one

# --- what the browser may do
OIDC_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *OIDC_ORIGINS],  # browsers count the redirect after the login form
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
WIDGET_ORIGINS = env_origins("ALLMENDE_WIDGET_ORIGINS", https=PRODUCTION)  # may frame the widget, and only that
CSRF_FAILURE_VIEW = "allmende.kernel.web.views.csrf_failure"
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS and env_bool("ALLMENDE_HTTPS_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
COOKIE_PREFIX = (
    "__Host-" if HTTPS else ""
)  # a browser accepts it only over HTTPS, for this very host and the whole site
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid", f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # the masks of a picture are one form: seven fields for each of up to 600
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "allmende.kernel.files.receiving.NamelessFileUploadHandler",  # a larger one leaves nothing on the disk when we are killed
]
FILE_UPLOAD_PERMISSIONS = 0o600
MAX_UPLOAD_BYTES = env_int("ALLMENDE_MAX_UPLOAD_MB", 25) * 1024 * 1024
MAX_BODY_BYTES = 2 * MAX_UPLOAD_BYTES  # a file that is a little too large still reaches the form that says so

# --- language and time
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("Deutsch")), ("en", _("Englisch"))]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_I18N = True

# --- files
STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [("vendor", PACKAGE.parent.parent / "build" / "vendor")]
PRINT_FONTS = PACKAGE.parent.parent / "build" / "fonts"  # browsers get them cut and packed, from vendor
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"  # never served by URL

# --- background work
Q_CLUSTER = {
    "name": "allmende",
    "orm": "default",
    "broker_class": "allmende.kernel.jobs.broker.Broker",
    "cache": "worker",
    "workers": env_int("ALLMENDE_WORKERS", 2),
    "timeout": 3600,
    "retry": 3660,
    "max_attempts": 5,
    "poll": 0.5,
    "queue_limit": 1,
    "save_limit": -1,  # what happened stands in the jobs themselves
    "ack_failures": True,
    "catch_up": False,
    "recycle": 500,
    "max_rss": env_int("ALLMENDE_WORKER_MB", 180) * 1024,  # a worker that grew beyond is replaced after its job
    "label": "Jobs",
}
JOB_LEASE_SECONDS = env_int("ALLMENDE_JOB_LEASE_SECONDS", 60)

# --- the town
TOWN = env("ALLMENDE_TOWN", "lindental")
EMBED_THREADS = env_int("ALLMENDE_EMBED_THREADS", 2)
ANSWER_RETENTION_DAYS = env_int("ALLMENDE_ANSWER_RETENTION_DAYS", 90)
CALLBACK_RETENTION_DAYS = env_int("ALLMENDE_CALLBACK_RETENTION_DAYS", 14)
CHAT_RETENTION_DAYS = env_int("ALLMENDE_CHAT_RETENTION_DAYS", 14)
PICTURE_RECORD_RETENTION_DAYS = env_int("ALLMENDE_PICTURE_RECORD_RETENTION_DAYS", 1095)  # as long as claims (§ 195 BGB)

# --- language models: this provider stands before those the administration adds on its page
LLM_URL = env("ALLMENDE_LLM_URL").rstrip("/")
LLM = {
    "url": LLM_URL,
    "model": env("ALLMENDE_LLM_MODEL"),
    "embeddings_model": env("ALLMENDE_LLM_EMBEDDINGS_MODEL"),
    "key": env("ALLMENDE_LLM_KEY"),
    "location": env(
        "ALLMENDE_LLM_LOCATION", "house" if is_this_machine(LLM_URL) else "other"
    ),  # else the strictest rules
    "classes": env_list("ALLMENDE_LLM_CLASSES"),
    "timeout": env_int("ALLMENDE_LLM_TIMEOUT", 120),
}
LLM_METER_DAYS = env_int("ALLMENDE_LLM_METER_DAYS", 90)

# --- letters
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if env("ALLMENDE_SMTP_HOST")
    else "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env("ALLMENDE_SMTP_HOST")
EMAIL_PORT = env_int("ALLMENDE_SMTP_PORT", 587)
EMAIL_HOST_USER = env("ALLMENDE_SMTP_USER")
EMAIL_HOST_PASSWORD = env("ALLMENDE_SMTP_PASSWORD")
EMAIL_USE_TLS = env_bool("ALLMENDE_SMTP_TLS", default=True)
DEFAULT_FROM_EMAIL = env("ALLMENDE_FROM_EMAIL", "allmende@localhost")

FITCONNECT_ROOTS = Path(env("ALLMENDE_FITCONNECT_ROOTS")).resolve() if env("ALLMENDE_FITCONNECT_ROOTS") else None
PACKAGE_FOLDER = Path(env("ALLMENDE_PACKAGE_FOLDER")).resolve() if env("ALLMENDE_PACKAGE_FOLDER") else None

# --- machines that destinations may lead to: public ones over TLS, and the town's own, at private addresses and without TLS, too
OUTBOUND_HOSTS = env_list("ALLMENDE_OUTBOUND_HOSTS")
OUTBOUND_PRIVATE_HOSTS = env_list("ALLMENDE_OUTBOUND_PRIVATE_HOSTS")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"private_links": {"()": "allmende.site.logs.PrivateLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["private_links"]}},
    "root": {"handlers": ["console"], "level": env("ALLMENDE_LOG_LEVEL", "INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},  # four lines for each login; the audit has it in one
        "django-q": {"level": "WARNING"},  # three lines for each job; the jobs themselves have it
    },
}
