# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The administrator imports from the command line."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from allmende.kernel.town import queries
from allmende.kernel.town.imports.cli import import_
from allmende.kernel.town.imports.models import Import
from allmende.kernel.town.tests.imports.making import document, leistung, organisation, writes
from allmende.kernel.town.tests.imports.test_documents import HALL

pytestmark = pytest.mark.django_db


def call(*arguments: object) -> Result:
    return CliRunner().invoke(import_, [str(argument) for argument in arguments])


def written(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_it_sums_up_and_names_what_is_wrong(lindental: None, tmp_path: Path):
    file = written(
        tmp_path, "a.xml", document(writes(leistung(), leistung("2", leika="1"), organisation(services=("1", "2"))))
    )
    done = call("xzufi", file, "--source", "amt24")
    assert done.exit_code == 0, done.output
    assert "written            2" in done.output
    assert "quarantined        1" in done.output
    assert "a.xml:1 L1:2 [leika.1]: Ein LeiKa-Schlüssel" in done.output
    again = call("xzufi", file, "--source", "amt24")
    assert (again.exit_code, "unchanged          2" in again.output) == (0, True)


def test_it_ends_with_1_when_nothing_went_in(lindental: None, tmp_path: Path):
    done = call("json", written(tmp_path, "a.json", b'[{"id": "a"}]'))
    assert done.exit_code == 1
    assert "quarantined        1" in done.output
    refused = call("xzufi", written(tmp_path, "a.zip", b"PK\x03\x04"), "--unit", "mars")
    assert refused.exit_code == 1
    assert "Das Amt „mars“ gibt es nicht. Nothing was changed." in refused.output


def test_a_check_stores_nothing(lindental: None, tmp_path: Path):
    file = written(tmp_path, "a.xml", document(writes(leistung(), organisation())))
    done = call("xzufi", file, "--check")
    assert (done.exit_code, "written            2" in done.output) == (0, True)
    assert not Import.objects.exists()


@pytest.mark.parametrize("option", [["--source", "Amt 24"], ["--area", "x"], ["--arrival", "sofort"]])
def test_an_option_that_cannot_be_read_is_named(lindental: None, tmp_path: Path, option: list[str]):
    done = call("csv", written(tmp_path, "a.csv", b"id"), *option)
    assert done.exit_code == 2
    assert option[0] in done.output


def test_options_reach_the_import(lindental: None, tmp_path: Path):
    file = written(tmp_path, "a.xml", document(writes(leistung())))
    done = call("xzufi", file, "--unit", "finanzen", "--arrival", "draft", "--area", "14522")
    assert done.exit_code == 0, done.output
    run = Import.objects.get()
    assert (run.unit_id, run.arrival, run.area, run.source) == ("finanzen", "draft", "14522", "xzufi")
    assert queries.service_card("hund-anmelden") is None


def test_a_document_is_shown_and_kept(lindental: None, tmp_path: Path):
    file = written(tmp_path, "hallenordnung.md", HALL)
    options = ["--unit", "finanzen", "--valid-from", "2026-01-01", "--title", "Hallenordnung", "--arrival", "published"]
    shown = call("document", file, "--check")
    assert "§ 1 Geltung (2)" in shown.output
    assert queries.statute("hallenordnung") is None
    assert call("document", file, *options).output.endswith("written statute:hallenordnung\n")
    assert call("document", file, *options).output.endswith("unchanged statute:hallenordnung\n")
    file.write_bytes(HALL.replace(b"20", b"30"))
    refused = call("document", file, *options)
    assert (refused.exit_code, "schon einen anderen Text" in refused.output) == (1, True)
    assert call("document", file, *options, "--replace").exit_code == 0
    missing = call("document", file, "--title", "Ohne Amt")
    assert (missing.exit_code, "Feld „unit“" in missing.output) == (1, True)


def test_the_bar_is_drawn_only_for_people(lindental: None, tmp_path: Path, monkeypatch: Any, capsys: Any):
    from allmende.kernel.town.imports import cli

    monkeypatch.setattr(cli.sys.stderr, "isatty", lambda: True, raising=False)
    bar = cli.Bar()
    bar.total(4)
    assert list(bar.each([1, 2], prepare=lambda number: number + 1)) == [2, 3]
    bar.close()
    assert bar.done == 2
    assert " 50%" in capsys.readouterr().err
