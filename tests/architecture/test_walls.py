# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each wall of the house is tested by breaching it in a copy of the house."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = shutil.ignore_patterns("__pycache__", "static", "templates", "locale", "*.mo", "tests")
BIN = Path(sys.executable).parent

BREACHES = [
    (
        "the kernel must not know the rooms",
        "kernel/town/breach.py",
        "import allmende.modules.assistant.service\n",
        "never back up",
    ),
    ("the kernel must not know the site", "kernel/web/breach.py", "import allmende.site.env\n", "never back up"),
    ("a room must not know the site", "modules/assistant/breach.py", "import allmende.site.env\n", "never back up"),
    (
        "a room must not import another room",
        "modules/second/breach.py",
        "import allmende.modules.assistant.module\n",
        "No room",
    ),
    (
        "the kernel's rooms form no circle",
        "kernel/audit/breach.py",
        "import allmende.kernel.town.service\n",
        "no circle",
    ),
    (
        "letters do not know what they are about",
        "kernel/messages/breach.py",
        "import allmende.kernel.cases.service\n",
        "no circle",
    ),
    ("letters leave by the one way out", "kernel/messages/service.py", "import httpx2\n", "outside"),
    (
        "kernel models stay in the kernel",
        "modules/assistant/breach.py",
        "import allmende.kernel.town.models\n",
        "Kernel models",
    ),
    ("kernel models stay out of the site", "site/breach.py", "import allmende.kernel.audit.models\n", "Kernel models"),
    ("only named clients speak to the outside", "modules/assistant/breach.py", "import requests\n", "outside"),
    ("only the one door knows models", "modules/assistant/breach.py", "import openai\n", "outside"),
    ("no other room of the kernel knows models", "kernel/search/breach.py", "import openai\n", "outside"),
    ("behind the one door only the wire", "kernel/llm/service.py", "import openai\n", "outside"),
    ("nobody takes the client that models are spoken to with", "kernel/web/breach.py", "import httpx2\n", "outside"),
    ("an engine knows no Django", "modules/assistant/engine/breach.py", "import django.db\n", "engine"),
    ("an engine knows no service", "kernel/search/engine/breach.py", "import allmende.kernel.town.queries\n", "engine"),
    (
        "queries do not call services",
        "modules/assistant/queries.py",
        "import allmende.modules.assistant.service\n",
        "thin",
    ),
    ("services do not know views", "modules/assistant/service.py", "import allmende.modules.assistant.views\n", "thin"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=SKIPPED)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint_imports(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "lint-imports", "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_house_as_it_is_passes(house: Path) -> None:
    result = lint_imports(house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("sentence", "file", "line", "contract"), BREACHES, ids=[breach[0] for breach in BREACHES])
def test_a_breach_is_refused(house: Path, sentence: str, file: str, line: str, contract: str) -> None:
    path = house / "src" / "allmende" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    with path.open("a") as target:
        target.write(f"\n{line}")
    result = lint_imports(house)
    broken = [row for row in result.stdout.splitlines() if " BROKEN" in row]  # "(6 ignored imports)" may follow
    assert result.returncode == 1, sentence
    assert any(contract in row for row in broken), result.stdout
