# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings come from the environment, and a wrong one is named."""

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from allmende.site.env import env, env_bool, env_int, env_list, env_secret


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWN_X", "")
    assert env("TOWN_X", "default") == "default"
    assert env_int("TOWN_X", 3) == 3
    assert env_bool("TOWN_X", True) is True


@pytest.mark.parametrize(("text", "value"), [("1", True), ("Yes", True), ("off", False), ("FALSE", False)])
def test_yes_and_no_may_be_written_in_several_ways(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("TOWN_X", text)
    assert env_bool("TOWN_X") is value


def test_a_value_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWN_X", "many")
    with pytest.raises(ImproperlyConfigured, match=r"TOWN_X.*many"):
        env_int("TOWN_X", 1)
    with pytest.raises(ImproperlyConfigured, match=r"TOWN_X.*many"):
        env_bool("TOWN_X")


def test_a_list_is_parted_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWN_X", "a, b,,c ")
    assert env_list("TOWN_X") == ["a", "b", "c"]


def test_a_secret_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "home" / "secret"
    made = env_secret("TOWN_SECRET", file, make=True)
    assert len(made) >= 50
    assert env_secret("TOWN_SECRET", file, make=True) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_in_production_no_secret_is_made_up(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="TOWN_SECRET"):
        env_secret("TOWN_SECRET", tmp_path / "secret", make=False)
