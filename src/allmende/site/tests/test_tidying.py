# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What has expired is gone the next morning; it would tell who was here and from where."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from django_q.models import Schedule

from allmende.kernel.jobs import schedules
from allmende.site.tasks import tidy

pytestmark = pytest.mark.django_db


class Watched:
    """Stands for the job's progress."""

    said = ""

    def message(self, text: str) -> None:
        self.said = text


@pytest.fixture
def counters(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "test_counters"}
    }
    call_command("createcachetable", verbosity=0)
    return caches["default"]


def expire_in(days: int, key: str) -> None:
    Session.objects.create(session_key=key, session_data="x", expire_date=timezone.now() + timedelta(days=days))


def attempt(minutes_ago: int) -> None:
    row = AccessAttempt.objects.create(username="alice", ip_address=f"203.0.113.{minutes_ago}", failures_since_start=1)
    AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=timezone.now() - timedelta(minutes=minutes_ago))


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM test_counters")
        return [key for (key,) in cursor.fetchall()]


def test_what_has_expired_goes_and_what_lives_stays(counters) -> None:
    expire_in(-1, "old")
    expire_in(1, "new")
    attempt(31)
    attempt(5)
    counters.set("throttle-old", 1, timeout=-10)
    counters.set("throttle-new", 1, timeout=60)
    progress = Watched()
    tidy(progress)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
    assert AccessAttempt.objects.count() == 1
    assert len(kept()) == 1
    assert kept()[0].endswith("throttle-new")
    assert progress.said == "3"
    assert apps.get_model("audit", "Entry").objects.get(action="house.tidied").detail == {
        "sessions": 1,
        "attempts": 1,
        "counters": 1,
    }


def test_a_night_without_anything_to_do_leaves_no_entry(counters) -> None:
    tidy(Watched())
    assert not apps.get_model("audit", "Entry").objects.filter(action="house.tidied").exists()


def test_it_is_done_every_night() -> None:
    schedules.write_declared()
    assert Schedule.objects.get(name="site.tidy").cron == "10 3 * * *"
