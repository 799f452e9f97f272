# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every test gets: a home folder of its own, fast passwords, letters in memory, static files without a manifest."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

# set here and not in pyproject.toml: pytest-django would read the settings before this file
os.environ["DJANGO_SETTINGS_MODULE"] = "allmende.site.settings"
os.environ["ALLMENDE_HOME"] = tempfile.mkdtemp(prefix="allmende-test-")
Path(os.environ["ALLMENDE_HOME"], "static").mkdir()
os.environ.setdefault("ALLMENDE_EMBED_THREADS", "1")
os.environ["ALLMENDE_BASE_URL"] = "http://testserver"
os.environ["ALLMENDE_ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"

import django
import hypothesis
import pytest
from django.db.models.signals import post_migrate
from django.utils import translation

django.setup()
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)  # the same everywhere, however busy
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).parent
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server", "client", "async_client"}


def on_postgresql() -> bool:
    return os.environ.get("ALLMENDE_DATABASE_URL", "").startswith("postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what touches the database runs again, unless its mark says that once is enough."""
    if not on_postgresql():
        return
    kept, left = [], []
    for item in items:
        touches = item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        again = (touches or item.get_closest_marker("both_databases")) and not (
            any(map(item.get_closest_marker, ("browser", "model", "one_database")))
        )
        (kept if again else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


@pytest.fixture(autouse=True)
def house_settings(settings, tmp_path: Path) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }


@pytest.fixture(autouse=True)
def german_again() -> Iterator[None]:
    """An English request must not make the next test English."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that need it are skipped, loudly, where it is absent."""
    folder = Path(os.environ.get("ALLMENDE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"REAL DATA ABSENT: {folder} does not exist; set ALLMENDE_DATA to run this test")
    return folder


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Tests with ``transaction=True`` clear all tables after themselves; the audit lets nobody else do so."""
    from allmende.kernel.audit.testing import let_tests_clear_tables

    with django_db_blocker.unblock():
        let_tests_clear_tables()
    # Django would write its model permissions after each clearing; the house has roles instead
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
