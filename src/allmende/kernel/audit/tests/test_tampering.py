# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mallory owns the database for a minute. Bob, the data protection officer, sees it."""

import pytest
from click.testing import CliRunner
from django.db import connection

from allmende.kernel.audit.cli import audit
from allmende.kernel.audit.models import Entry, Head
from allmende.kernel.audit.service import AuditDamagedError, check_head, record, seals, verify
from allmende.kernel.audit.testing import without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def log() -> list[Entry]:
    return [
        record("town.service.published", actor=None, subject=f"service:{n}", detail={"version": n}) for n in range(5)
    ]


def mallory(statement: str, *values: object) -> None:
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def breached() -> list[int]:
    return [breach.seq for breach in verify().breaches]


@pytest.mark.parametrize(
    ("column", "value"),
    [("subject", "service:other"), ("action", "x.y"), ("actor_name", "charlie"), ("detail", '{"version": 9}')],
)
def test_a_changed_entry_is_found(log, column, value):
    mallory(f"UPDATE audit_entry SET {column} = %s WHERE seq = %s", value, log[2].seq)
    assert breached() == [log[2].seq]


def test_a_changed_time_is_found(log):
    mallory("UPDATE audit_entry SET at = %s WHERE seq = %s", "2020-01-01 00:00:00", log[2].seq)
    assert breached() == [log[2].seq]


def test_a_deleted_entry_is_found(log):
    mallory("DELETE FROM audit_entry WHERE seq = %s", log[2].seq)
    assert breached() == [log[2].seq]


def test_a_cut_off_end_is_found(log):
    mallory("DELETE FROM audit_entry WHERE seq >= %s", log[3].seq)
    assert breached() == [log[3].seq]
    with pytest.raises(AuditDamagedError):
        check_head()


def test_swapped_entries_are_found(log):
    first, second = log[1].seq, log[2].seq
    mallory("UPDATE audit_entry SET seq = -1 WHERE seq = %s", first)
    mallory("UPDATE audit_entry SET seq = %s WHERE seq = %s", first, second)
    mallory("UPDATE audit_entry SET seq = %s WHERE seq = -1", second)
    assert set(breached()) >= {first, second}


def test_an_inserted_entry_is_found(log):
    mallory(
        "INSERT INTO audit_entry (seq, at, action, actor_id, actor_name, subject, detail, previous_hash, hash) "
        "SELECT seq + 1, at, action, actor_id, actor_name, subject, detail, hash, hash FROM audit_entry WHERE seq = %s",
        log[4].seq,
    )
    assert log[4].seq + 1 in breached()


def test_a_chain_computed_anew_fails_at_the_seal(log):
    """Mallory knows SHA-256 and rewrites everything, head included, but has no secret key."""
    last = Entry.objects.get(seq=log[4].seq)
    mallory("DELETE FROM audit_entry WHERE seq = %s", last.seq)
    mallory("UPDATE audit_head SET seq = %s, hash = %s", log[3].seq, log[3].hash)
    assert breached() == [log[3].seq]


def test_a_lost_head_is_found_and_nothing_more_is_logged(log):
    mallory("DELETE FROM audit_head")
    assert breached() == [log[4].seq]
    with pytest.raises(AuditDamagedError):
        record("town.service.published", actor=None)


def test_a_changed_secret_key_keeps_the_log_valid_while_the_old_key_is_listed(log, settings):
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "n" * 60
    assert breached() == [log[4].seq]
    settings.SECRET_KEY_FALLBACKS = [old]
    assert verify().intact
    assert Head.objects.get().seal == seals(log[4].seq, log[4].hash)[1]


def test_going_on_working_does_not_heal_a_forged_end(log):
    mallory("DELETE FROM audit_entry WHERE seq = %s", log[4].seq)
    mallory("UPDATE audit_head SET seq = %s, hash = %s", log[3].seq, log[3].hash)
    again = record("town.service.published", actor=None)
    assert breached() == [again.seq]


def test_an_emptied_log_does_not_begin_anew(log):
    mallory("DELETE FROM audit_entry")
    mallory("DELETE FROM audit_head")
    assert not verify().intact
    with pytest.raises(AuditDamagedError):
        record("town.service.published", actor=None)


def test_after_a_new_secret_key_the_operator_seals_again_and_that_is_logged(log, settings):
    settings.SECRET_KEY = "n" * 60
    record("town.service.published", actor=None)
    assert not verify().intact
    assert CliRunner().invoke(audit, ["reseal"], input="n\n").exit_code == 1
    assert CliRunner().invoke(audit, ["reseal", "--yes"]).exit_code == 0
    assert verify().intact
    assert Entry.objects.first().action == "audit.resealed"


def test_a_noted_anchor_proves_the_past_even_against_somebody_with_the_key(log):
    anchor = verify().anchor
    record("town.service.published", actor=None)
    assert verify(anchor).intact
    mallory("DELETE FROM audit_entry WHERE seq >= %s", log[4].seq)
    seal = seals(log[3].seq, log[3].hash)[0]
    mallory("UPDATE audit_head SET seq = %s, hash = %s, seal = %s", log[3].seq, log[3].hash, seal)
    assert verify().intact
    assert [breach.seq for breach in verify(anchor).breaches] == [log[4].seq]


def test_the_command_says_where_and_fails(log):
    fine = CliRunner().invoke(audit, ["verify"])
    assert (fine.exit_code, "intact" in fine.output) == (0, True)
    mallory("UPDATE audit_entry SET subject = 'x' WHERE seq = %s", log[2].seq)
    broken = CliRunner().invoke(audit, ["verify"])
    assert broken.exit_code == 1
    assert f"first at entry {log[2].seq}" in broken.output


def test_the_command_refuses_a_malformed_anchor():
    assert CliRunner().invoke(audit, ["verify", "--anchor", "yesterday"]).exit_code == 2
