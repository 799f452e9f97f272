# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Accessible PDFs: a sheet of one page and a long table, against the bare start of a child process, which every document pays."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

ROUNDS = 10
LONG = 1000
"""Rows of the long table."""
BARS = [{"label": "Deutsch", "value": 0.9, "low": 0.85, "high": 0.94, "text": "90 %"}]


def measure() -> dict[str, object]:
    """Median seconds of a sheet, of a long table with its pages, and of the floor."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "allmende.site.settings", "ALLMENDE_HOME": home}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        return _figures()


def _figures() -> dict[str, object]:
    from allmende.kernel.printing import service
    from allmende.kernel.printing.tests.reading import read

    def sheet(rows: int) -> bytes:
        data = {"text": "Guten Tag", "rows": [["Dackel", "2"]] * rows, "bars": BARS}
        return service.pdf("allmende.kernel.printing.tests:sheet.typ", data, "de", "Hundebestand")

    return {
        "sheet_s": _median(lambda: sheet(2)),
        "long_s": _median(lambda: sheet(LONG)),
        "long_pages": read(sheet(LONG)).pages,
        "floor_process_s": _median(lambda: subprocess.run([sys.executable, "-I", "-c", ""], check=True)),
    }


def _median(do: Callable[[], object]) -> float:
    taken = []
    for _round in range(ROUNDS):
        began = time.perf_counter()
        do()
        taken.append(time.perf_counter() - began)
    return round(statistics.median(taken), 3)
