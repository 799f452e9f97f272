# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Charlie fills in an application: in two windows, over several days, and only he can read it."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from allmende.kernel.files.models import StoredFile, path_of
from allmende.kernel.files.service import UploadRefused, open_file
from allmende.kernel.town import queries as town
from allmende.modules.applications import (
    drafts,
    rules,
    service,
    statistics,
    submissions,
    tidying,
    tokens,
    uploads,
)
from allmende.modules.applications.drafts import ChangedElsewhereError, NoDraftError, NotOfferedError, NotTakenError
from allmende.modules.applications.engine.fields.places import FileField
from allmende.modules.applications.engine.reviewing import file_ids
from allmende.modules.applications.models import Draft, Upload
from allmende.modules.applications.tests.conftest import PDF


@pytest.fixture
def token(lindental) -> str:
    return drafts.begin("meldebescheinigung", "de", "form")


def test_it_works(token):
    assert drafts.load(token).run.at == "fuer"
    draft = drafts.answer(token, "fuer", {"fuer": "mich"})
    assert (draft.run.at, draft.revision) == ("art", 1)
    assert drafts.load(token).answers == {"fuer": "mich"}


def test_the_database_knows_neither_the_token_nor_the_answers(token):
    drafts.answer(token, "fuer", {"fuer": "kind"})
    drafts.answer(token, "kind", {"kind_vorname": "Emil", "kind_nachname": "Czerny", "kind_geburtsdatum": "2019-04-05"})
    row = Draft.objects.get()
    kept = " ".join(str(getattr(row, field.name)) for field in Draft._meta.get_fields() if hasattr(row, field.name))
    assert "Emil" not in kept
    assert token not in kept
    assert drafts.load(token).answers["kind_vorname"] == "Emil"
    with pytest.raises(NoDraftError):
        drafts.load(tokens.make())


def test_a_code_is_read_as_people_type_it(token):
    typed = tokens.grouped(token).lower().replace(" ", " - ")
    assert tokens.normal(typed) == token
    assert len({tokens.make() for _each in range(50)}) == 50


def test_what_the_flow_does_not_take_changes_nothing(token):
    with pytest.raises(NotTakenError) as refused:
        drafts.answer(token, "fuer", {"fuer": "nachbar"})
    assert [fault.key for fault in refused.value.faults] == ["enum.form"]
    for step, given in [("name", {"vorname": "Charlie"}), ("fuer", {"vorname": "Charlie"})]:
        with pytest.raises(KeyError):
            drafts.answer(token, step, given)
    assert drafts.load(token).revision == 0


def test_two_windows_answer_different_questions_but_not_the_same_one_unseen(token):
    seen = drafts.answer(token, "fuer", {"fuer": "mich"}).revision
    drafts.answer(token, "art", {"art": "einfach"}, revision=seen)
    drafts.answer(token, "fuer", {"fuer": "mich"}, revision=0)  # the same again, from a window left open: a refresh
    with pytest.raises(ChangedElsewhereError) as changed:
        drafts.answer(token, "art", {"art": "erweitert"}, revision=seen)
    assert changed.value.draft.answers["art"] == "einfach"
    drafts.answer(token, "art", {"art": "erweitert"}, revision=changed.value.draft.revision)
    assert drafts.load(token).answers == {"fuer": "mich", "art": "erweitert"}


def test_going_back_asks_the_last_question_anew_also_inside_a_group(lindental):
    token = drafts.begin("sperrmuell", "de", "chat")
    drafts.answer(token, "gewerbe", {"gewerbe": False})
    drafts.answer(token, "gegenstaende", {"gegenstaende": [{"was": "Sofa", "stueck": "1"}, {"was": "Tisch"}]})
    assert str(drafts.load(token).run.open) == "gegenstaende.1.stueck"
    seen = [str(drafts.back(token).run.open) for _turn in range(6)]
    assert seen == [
        "gegenstaende.1.was",
        "gegenstaende.0.stueck",
        "gegenstaende.0.was",
        "gegenstaende",
        "gewerbe",
        "gewerbe",
    ]


def test_what_was_confirmed_falls_when_an_answer_changes(answered):
    token = answered("meldebescheinigung")
    assert drafts.load(token).run.outcome == "submit"
    draft = drafts.answer(token, "email", {"email": "charlie@lindental.example"})
    assert (draft.run.at, draft.confirmed) == ("pruefen", ())
    with pytest.raises(ChangedElsewhereError):
        drafts.confirm(token, ["wahrheit"], revision=draft.revision - 1)


def test_a_draft_that_nobody_touches_goes_and_one_that_is_kept_stays_longer(token, lindental):
    kept = drafts.begin("sperrmuell", "de", "form")
    until = drafts.keep(kept).expires_at
    assert until > timezone.now() + timedelta(days=rules.drafts()["kept_days"] - 1)
    assert drafts.answer(kept, "gewerbe", {"gewerbe": False}).expires_at == until
    late = timezone.now() + timedelta(hours=rules.drafts()["hours"] + 1)
    Draft.objects.exclude(key=tokens.digest(kept)).update(expires_at=timezone.now())
    with pytest.raises(NoDraftError):
        drafts.load(token)
    assert late < until
    assert tidying.tidy() == 1
    assert drafts.load(kept).answers == {"gewerbe": False}


def test_a_flow_that_was_withdrawn_is_filled_in_no_further(token):
    service.withdraw("meldebescheinigung", reason="falsch", actor=None)
    for step in (
        lambda: drafts.load(token),
        lambda: drafts.answer(token, "fuer", {"fuer": "mich"}),
        lambda: drafts.begin("meldebescheinigung", "de", "form"),
    ):
        with pytest.raises(NotOfferedError):
            step()


def test_an_application_goes_on_with_the_version_it_was_begun_with(token, flow_text):
    row = service.store(flow_text.replace("version: 1", "version: 2", 1).replace("3 Minuten", "4 Minuten"), actor=None)
    service.publish(row, actor=None)
    assert drafts.load(token).version.version == 1
    assert drafts.load(drafts.begin("meldebescheinigung", "de", "form")).version.version == 2


def test_only_ones_own_files_are_part_of_an_answer_and_what_is_left_over_is_deleted(
    lindental, monkeypatch, django_capture_on_commit_callbacks
):
    mine, other = (drafts.begin("hundesteuer-abmelden", "de", "form") for _each in range(2))
    field = drafts.load(mine).flow.slots["nachweis"].field
    reference = uploads.attach(other, [SimpleUploadedFile("nachweis.pdf", PDF)], field)
    stolen = file_ids(drafts.load(mine).flow.slots["nachweis"], reference)
    assert stolen == [reference[0]["id"]]
    path = next(test.path for test in drafts.load(mine).flow.tests if "nachweis" in test.path)
    while (draft := drafts.load(mine)).run.at != "nachweis":
        given = next(test for test in draft.flow.tests if test.path == path).given
        monkeypatch.setattr(town, "today", lambda: date(2026, 6, 1))
        drafts.answer(mine, draft.run.at, {name: given[name] for name in draft.flow.steps[draft.run.at].slots})
    with pytest.raises(NotTakenError):
        drafts.answer(mine, "nachweis", {"nachweis": reference})
    drafts.forget(other)
    with django_capture_on_commit_callbacks(execute=True):
        assert tidying.tidy() == 1
    assert not Upload.objects.exists()
    assert not default_storage.exists(path_of(UUID(reference[0]["id"])))


def test_files_of_a_draft_are_as_unreadable_as_its_answers_and_readable_once_they_were_sent(answered, settings):
    token = answered("hundesteuer-anmelden", 1)
    [row] = Upload.objects.all()
    field = FileField()
    secret = PDF + b"Charlies Befund " * 200_000  # too large to stay in memory while it arrives
    [reference] = uploads.attach(token, [SimpleUploadedFile("befund-charlie.pdf", secret)], field)
    kept = b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    told = " ".join(f"{row.pk} {row.sealed}" for row in Upload.objects.all())
    assert b"Befund" not in kept
    assert PDF not in kept
    assert "befund" not in told
    assert "nachweis" not in told
    assert not StoredFile.objects.exists()
    assert uploads.own(token, drafts.load(token))[reference["id"]] == reference
    with transaction.atomic():
        submissions.submit(token)
        transaction.set_rollback(True)  # as after a power cut before the transaction ended
    assert not StoredFile.objects.exists()
    submissions.submit(token)
    stored = StoredFile.objects.get()
    assert (stored.pk, stored.name) == (row.pk, "nachweis-0.pdf")
    assert open_file(stored).read() == PDF
    assert [str(row.pk) for row in Upload.objects.all()] == [reference["id"]], "it was in no answer"


def test_an_application_takes_so_many_files_and_so_many_bytes(token, monkeypatch):
    field = FileField()
    monkeypatch.setitem(rules.drafts(), "files_mb", 1)
    small, large = (SimpleUploadedFile(f"{size}.pdf", PDF + b"x" * size) for size in (600_000, 500_000))
    uploads.attach(token, [small], field)
    with pytest.raises(UploadRefused, match=r"500000.pdf.*höchstens 1 MB"):
        uploads.attach(token, [large], field)
    monkeypatch.setitem(rules.drafts(), "files", 1)
    with pytest.raises(UploadRefused, match="höchstens 1 Dateien"):
        uploads.attach(token, [SimpleUploadedFile("a.pdf", PDF)], field)
    assert Upload.objects.count() == 1


def test_the_town_learns_at_which_step_people_give_up_but_not_who(token, answered):
    other = drafts.begin("meldebescheinigung", "de", "form")
    drafts.answer(other, "fuer", {"fuer": "mich"})
    submissions.submit(answered("meldebescheinigung"))
    drafts.forget(token)
    Draft.objects.update(expires_at=timezone.now())
    assert drafts.delete_expired() == 1
    today = timezone.localdate()
    rows = [row for row in statistics.count(today, today) if "Meldebescheinigung" in row["group"]]
    assert [(row["count"], row.get("of")) for row in rows] == [(3, None), (1, 3), (1, 3), (1, 3)]
    assert [row["label"].partition(" ")[0] for row in rows] == ["begonnen", "abgeschickt", "aufgehört", "aufgehört"]
