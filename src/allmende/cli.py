# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The command line: every command is declared by a room and imported only when it is called."""

import os
import sys

import click
from django.core.exceptions import ImproperlyConfigured

SITE_COMMANDS = {
    "up": ("allmende.site.up:up", "Start the house: web server and worker as one command, stopped by Ctrl-C.")
}
"""Commands that know everyone and therefore belong to no room."""


class DeclaredCommands(click.Group):
    """A click group whose commands are the declarations of one kind in the registry."""

    def __init__(self, kind_name: str, **attrs: object) -> None:
        super().__init__(**attrs)  # type: ignore[arg-type]
        self.kind_name = kind_name

    def _declared(self) -> dict[str, tuple[str, str]]:
        from allmende.kernel import registry

        kind = getattr(registry, self.kind_name)
        declared = {item.name: (item.target, item.help) for item in registry.registry().all(kind)}
        return declared | SITE_COMMANDS if kind is registry.Command else declared

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the declared and the built-in commands."""
        return sorted({*self._declared(), *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        from allmende.kernel.registry import resolve

        if cmd_name not in self._declared():
            return super().get_command(ctx, cmd_name)
        target, text = self._declared()[cmd_name]
        command: click.Command = resolve(target)
        command.help = command.help or text
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  (click's signature)
        """List names and one line each without importing any command."""
        lines = {name: text for name, (_target, text) in self._declared().items()}
        for name, command in self.commands.items():
            lines[name] = command.get_short_help_str()
        with formatter.section("Commands"):
            formatter.write_dl(sorted(lines.items()))


@click.group(cls=DeclaredCommands, kind_name="Command")
def allmende() -> None:
    """Allmende: the AI platform a municipality runs itself."""


@allmende.group(cls=DeclaredCommands, kind_name="Evaluation")
def evaluate() -> None:
    """Measure a part of the house on data and print honest figures."""


@allmende.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a Django management command (migrate, shell, …)."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["allmende manage", *arguments])


def main() -> None:
    """Entry point of the console script."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.site.settings")
    import django

    try:
        django.setup()
    except ImproperlyConfigured as error:
        sys.exit(f"allmende: {error}")
    allmende()
