# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens in town hall is written down, once, in order, and together with what it reports."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from allmende.kernel.audit.models import Entry, Head
from allmende.kernel.audit.service import GENESIS, check_head, record, verify

pytestmark = pytest.mark.django_db

APPEND = """
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.core.management import call_command
from allmende.kernel.audit.service import record, verify
call_command("migrate", "audit", verbosity=0, skip_checks=True)
with ThreadPoolExecutor(4) as pool:
    list(pool.map(lambda n: record("town.service.published", actor=None, subject=f"service:{n}"), range(40)))
report = verify()
print(report.entries, report.intact)
"""


def test_it_works():
    entry = record("town.service.published", actor=None, subject="service:passport", detail={"version": 3})
    assert (entry.action, entry.subject, entry.detail) == ("town.service.published", "service:passport", {"version": 3})
    assert verify().intact


def test_each_entry_holds_the_hash_of_the_one_before():
    start = Head.objects.get().seq
    first = record("town.service.published", actor=None)
    second = record("town.service.revoked", actor=None)
    assert (first.seq, second.seq) == (start + 1, start + 2)
    assert second.previous_hash == first.hash
    assert start > 0 or first.previous_hash == GENESIS


def test_what_was_rolled_back_was_never_logged():
    before = Entry.objects.count()
    with transaction.atomic():
        record("town.service.published", actor=None)
        transaction.set_rollback(True)
    assert Entry.objects.count() == before
    assert verify().intact


def test_an_action_is_a_dotted_name():
    for wrong in ("published", "Town.Published", "town..published", "town.published!", ""):
        with pytest.raises(ValueError, match="dotted name"):
            record(wrong, actor=None)


@pytest.mark.parametrize(
    "detail",
    [
        {"count": 1e22, "share": 0.1, "tiny": 1e-7, "whole": 2.0},
        {"nested": {"list": [1, "two", None, True]}, "tuple": ("a", "b")},
        {"text": "Straße\0 \ud800 😀", "ordered": {"b": 1, "a": 2}},
    ],
)
def test_both_databases_give_details_back_as_they_were_hashed(detail):
    record("town.service.published", actor=None, detail=detail)
    assert verify().intact


def test_long_texts_are_cut_because_the_log_is_not_for_what_people_wrote():
    entry = record("town.service.published", actor=None, detail={"title": "x" * 5000}, subject="y" * 5000)
    assert len(entry.detail["title"]) == len(entry.subject) == 200


def test_what_has_no_plain_form_is_refused():
    for value in (object(), b"bytes", float("nan"), float("inf")):
        with pytest.raises(TypeError):
            record("town.service.published", actor=None, detail={"value": value})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x.y'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = 0",
    ],
)
def test_the_database_refuses_to_change_the_log(statement):
    record("town.service.published", actor=None)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify().intact


def test_the_health_page_says_how_long_the_chain_is():
    record("town.service.published", actor=None)
    assert str(Head.objects.get().seq) in check_head()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_many_people_acting_at_once_make_one_chain(tmp_path):
    if connection.vendor == "postgresql":

        def append(number):
            try:
                record("town.service.published", actor=None, subject=f"service:{number}")
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(append, range(40)))
        report = verify()
        assert (report.entries, report.intact) == (40, True)
        return
    database = tmp_path / "town.sqlite3"  # tests run in memory, which knows no waiting writers
    environment = {
        **os.environ,
        "ALLMENDE_DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "allmende.site.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", APPEND], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.split() == ["40", "True"], done.stderr
