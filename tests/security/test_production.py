# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The house as a town runs it: it refuses to start unsafe, and tells browsers to be strict."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SECRET = "q7!dWm2#Zr9Lx4^Tb8@Yk1&Hc6*Nf3(Vj5)Gs0-Pe_Ua=Ro+Ti"
SOUND = {
    "ALLMENDE_PRODUCTION": "yes",
    "ALLMENDE_SECRET_KEY": SECRET,
    "ALLMENDE_ALLOWED_HOSTS": "allmende.lindental.example",
    "ALLMENDE_BASE_URL": "https://allmende.lindental.example",
}
DUMP = """
import json
from django.conf import settings
names = [name for name in dir(settings) if name.startswith(("SECURE_", "SESSION_COOKIE", "CSRF_", "LANGUAGE_COOKIE", "X_FRAME"))]
names += ["DEBUG", "ALLOWED_HOSTS", "DEMO_PASSWORD", "PASSWORD_HASHERS", "CONTENT_SECURITY_POLICY", "ACCOUNT_DEFAULT_HTTP_PROTOCOL"]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("production")


def run(home: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command of the house in an environment of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ALLMENDE_")}
    settings = {"DJANGO_SETTINGS_MODULE": "allmende.site.settings", "ALLMENDE_HOME": str(home)}
    return subprocess.run(
        [sys.executable, *command],
        env={**clean, **settings, **environment},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ALLMENDE_SECRET_KEY": "change-me"}, "ALLMENDE_SECRET_KEY"),
        ({"ALLMENDE_SECRET_KEY": "a" * 80}, "ALLMENDE_SECRET_KEY"),
        ({"ALLMENDE_SECRET_KEY": ""}, "ALLMENDE_SECRET_KEY"),
        ({"ALLMENDE_ALLOWED_HOSTS": "allmende.lindental.example,*"}, "ALLMENDE_ALLOWED_HOSTS"),
        ({"ALLMENDE_BASE_URL": "http://allmende.lindental.example"}, "ALLMENDE_BASE_URL"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_the_server_refuses_to_start(home, change, reason):
    result = run(home, "-m", "allmende", "up", "--no-demo", "--no-worker", "--port", "0", **{**SOUND, **change})
    assert result.returncode == 1
    assert reason in result.stderr
    assert "Traceback" not in result.stderr
    assert "Allmende: http" not in result.stdout
    value = next(iter(change.values()))
    assert not (reason.endswith("KEY") and value and value in result.stdout + result.stderr), (
        "the secret itself is not printed"
    )


def test_django_finds_nothing_to_improve(home):
    result = run(home, "-m", "allmende", "manage", "check", "--deploy", "--fail-level", "WARNING", **SOUND)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.fixture(scope="module")
def production(home) -> dict:
    result = run(home, "-c", DUMP, **SOUND, ALLMENDE_DEBUG="yes", ALLMENDE_DEMO_PASSWORD="nur-zum-anschauen")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_debug_and_demo_passwords_are_off_whatever_else_is_set(production):
    assert production["DEBUG"] is False
    assert production["DEMO_PASSWORD"] == ""


def test_passwords_are_kept_with_argon2(production):
    assert production["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.fixture
def town_hall(production, settings, person):
    """A browser that visits the house with the settings of production."""
    visitor = person("alice")
    for name, value in production.items():
        if name not in ("PASSWORD_HASHERS", "DEBUG", "CONTENT_SECURITY_POLICY"):
            setattr(settings, name, value)
    client = visitor.browser()
    client.cookies.clear()
    client.defaults |= {"SERVER_NAME": "allmende.lindental.example", "SERVER_PORT": "443"}
    return client


@pytest.mark.django_db
def test_every_cookie_is_secure_hidden_from_scripts_and_stays_on_this_site(town_hall, sign_in):
    secure = {"secure": True}
    town_hall.post("/darstellung/", {"theme": "dark"}, **secure)
    town_hall.post("/i18n/setlang/", {"language": "en"}, **secure)
    town_hall.get("/konto/login/", **secure)
    answer = town_hall.post("/konto/login/", {"login": "alice", "password": "Lindenbaum-am-Markt-7"}, secure=True)
    assert answer.status_code == 302
    cookies = town_hall.cookies
    assert len(cookies) >= 4, list(cookies)
    for name, morsel in cookies.items():
        assert morsel["secure"], name
        assert morsel["httponly"], name
        assert morsel["samesite"] in ("Lax", "Strict"), name
        assert morsel["path"] == "/", name
        assert not morsel["domain"], name


@pytest.mark.django_db
def test_a_session_ends_with_the_browser_and_after_a_working_day(town_hall, sign_in, settings):
    town_hall.post("/konto/login/", {"login": "alice", "password": "Lindenbaum-am-Markt-7"}, secure=True)
    session = town_hall.cookies[settings.SESSION_COOKIE_NAME]
    assert not session["max-age"]
    assert not session["expires"]
    assert settings.SESSION_COOKIE_AGE <= 12 * 3600


@pytest.mark.django_db
def test_browsers_are_told_to_use_https_for_two_years(town_hall):
    header = town_hall.get("/", secure=True).headers["Strict-Transport-Security"]
    assert "includeSubDomains" in header
    assert int(header.split("max-age=")[1].split(";")[0]) >= 31536000


@pytest.mark.django_db
def test_plain_http_leads_to_https_of_the_same_host(town_hall):
    answer = town_hall.get("/leistungen/?amt=x")
    assert answer.status_code == 301
    assert answer.url == "https://allmende.lindental.example/leistungen/?amt=x"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host", ["evil.example", "allmende.lindental.example.evil.example", "allmende.lindental.example:80@evil.example"]
)
def test_a_foreign_host_gets_no_redirect_that_names_it(town_hall, host):
    answer = town_hall.get("/konto/password/reset/", headers={"host": host}, secure=True)
    assert answer.status_code == 400


@pytest.mark.django_db
def test_a_forged_proxy_header_changes_neither_scheme_nor_host(town_hall, mailoutbox):
    forged = {
        "x-forwarded-proto": "https",
        "x-forwarded-host": "evil.example",
        "forwarded": "host=evil.example;proto=https",
    }
    assert town_hall.get("/leistungen/", headers=forged).status_code == 301, "still plain http: no proxy is trusted"
    town_hall.post("/konto/password/reset/", {"email": "alice@lindental.example"}, headers=forged, secure=True)
    assert len(mailoutbox) == 1
    assert "https://allmende.lindental.example/" in mailoutbox[0].body
    assert "evil" not in mailoutbox[0].body
