# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A setting, a command, a registry field or a room that no page explains is a defect."""

import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from allmende.cli import allmende
from allmende.kernel import registry

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (ROOT / "docs/operations/settings.md").read_text(encoding="utf-8")
COMMANDS = (ROOT / "docs/manual/commands.md").read_text(encoding="utf-8")
REGISTRY = (ROOT / "docs/registry.md").read_text(encoding="utf-8")
VARIABLE = re.compile(r"ALLMENDE_[A-Z_]+")
NOT_SETTINGS = {"ALLMENDE_DATA"}  # where the tests look for real data


def used_variables() -> set[str]:
    found: set[str] = set()
    for file in (ROOT / "src").rglob("*.py"):
        if "tests" not in file.parts:
            found |= set(re.findall(r"\"(ALLMENDE_[A-Z_]+)\"", file.read_text(encoding="utf-8")))
    return found - NOT_SETTINGS


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, f"{path} {name}"
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def test_every_setting_is_described_and_every_described_setting_exists() -> None:
    assert used_variables() == set(VARIABLE.findall(SETTINGS))


def test_every_command_and_option_is_described() -> None:
    missing = []
    for path, command in commands(allmende, "allmende"):
        if f"`{path}" not in COMMANDS:
            missing.append(path)
        section = COMMANDS.partition(f"`{path}")[2].partition("\n## ")[0]
        options = [option for param in command.params if isinstance(param, click.Option) for option in param.opts[:1]]
        missing += [f"{path} {option}" for option in options if option not in section]
    assert not missing


def test_every_command_says_what_it_does() -> None:
    assert not [path for path, command in commands(allmende, "allmende") if not command.help]


def declarations() -> list[type]:
    return [kind for _name, kind in inspect.getmembers(registry, dataclasses.is_dataclass)]


@pytest.mark.parametrize("kind", declarations(), ids=lambda kind: kind.__name__)
def test_every_field_of_a_declaration_is_described(kind: type) -> None:
    section = REGISTRY.partition(f"## {kind.__name__}\n")[2].partition("\n## ")[0]
    assert section, f"docs/registry.md has no section on {kind.__name__}"
    assert not [field.name for field in dataclasses.fields(kind) if f"`{field.name}`" not in section]


@pytest.mark.parametrize("room", registry.registry().rooms, ids=lambda room: room.name)
def test_every_room_has_a_readme(room: registry.Room) -> None:
    readme = ROOT / "src" / room.package.replace(".", "/") / "README.md"
    assert len(readme.read_text(encoding="utf-8")) > 400


def test_every_dependency_says_what_it_does_for_us() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("\ndependencies = [\n")[2].partition("\n]\n")[0]
    assert not [line for line in block.splitlines() if "#" not in line]
