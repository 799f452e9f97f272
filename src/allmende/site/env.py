# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Read settings from environment variables; an empty variable counts as unset."""

import os
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


def env(name: str, default: str = "") -> str:
    """The variable, or the default."""
    return os.environ.get(name, "") or default


def env_bool(name: str, default: bool = False) -> bool:
    """A yes or no. Raises ImproperlyConfigured for anything else."""
    value = env(name, str(default)).strip().lower()
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}.")


def env_int(name: str, default: int) -> int:
    """A whole number. Raises ImproperlyConfigured for anything else."""
    value = env(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def env_list(name: str, default: str = "") -> list[str]:
    """Values separated by commas."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def env_origins(name: str, https: bool) -> list[str]:
    """Origins (scheme, host, port) separated by commas; with `https` no others. Raises ImproperlyConfigured for a path or a star."""
    origins = [origin.lower() for origin in env_list(name)]
    wrong = [origin for origin in origins if not ORIGIN.fullmatch(origin) or (https and origin.startswith("http:"))]
    if wrong:
        raise ImproperlyConfigured(f"{name} must list origins such as https://www.town.example, not {wrong[0]!r}.")
    return origins


def env_secret(name: str, fallback_file: Path, make: bool) -> str:
    """The variable, else the content of the file; with `make` a new random secret is written there, for its owner alone."""
    if value := env(name):
        return value
    if fallback_file.exists():
        return fallback_file.read_text().strip()
    if not make:
        raise ImproperlyConfigured(f"{name} must be set.")
    return _write_secret(fallback_file)


def _write_secret(path: Path) -> str:
    from django.core.management.utils import get_random_secret_key

    path.parent.mkdir(parents=True, exist_ok=True)
    secret = get_random_secret_key()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secret)
    return secret
