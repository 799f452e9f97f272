# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende flows check` and `allmende flows import-fim`, as an editor calls them."""

import pytest
import yaml
from click.testing import CliRunner

from allmende.modules.applications.cli import flows
from allmende.modules.applications.tests.engine.test_fim import VERSION_2


@pytest.fixture
def call():
    return lambda *arguments: CliRunner().invoke(flows, [str(part) for part in arguments])


def test_every_flow_of_the_town_is_checked_at_once(lindental, call):
    done = call("check")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.count("(100 %)") == 13
    assert "start → wohnen → mensch" in done.stdout


def test_a_file_with_a_fault_is_told_with_step_and_mend(lindental, call, flow_folder):
    file = flow_folder / "flows" / "meldebescheinigung.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("next: anschrift\n", "next: nirgends\n"), encoding="utf-8")
    done = call("check", file, "--language", "en")
    assert done.exit_code == 1
    assert "meldebescheinigung.yaml, steps.name" in done.stderr
    assert "nirgends" in done.stderr
    file.write_text("a: [", encoding="utf-8")
    assert call("check", file).exit_code == 1


def test_a_flow_is_drawn(lindental, call, flow_folder):
    file = flow_folder / "flows" / "sperrmuell.yaml"
    assert call("check", file, "--diagram", "mermaid").stdout.startswith("flowchart TD\n")
    assert call("check", file, "--diagram", "svg").stdout.startswith("<svg ")
    assert call("check", "--diagram", "svg").exit_code == 2


def test_a_data_schema_becomes_a_draft_that_can_be_stored(db, call, tmp_path):
    file = tmp_path / "hund.xml"
    file.write_text(VERSION_2, encoding="utf-8")
    done = call("import-fim", file, "--unit", "finanzen")
    assert done.exit_code == 0
    assert yaml.safe_load(done.stdout)["slots"]["familienname"]["fim"] == "F60000227"
    assert "R001" in done.stderr
    draft = tmp_path / "draft.yaml"
    draft.write_text(done.stdout, encoding="utf-8")
    assert "text.missing" not in call("check", draft).stderr
    file.write_text("<x/>", encoding="utf-8")
    assert "Stammdatenschema" in call("import-fim", file, "--unit", "finanzen").stderr
