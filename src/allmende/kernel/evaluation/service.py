# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door of the room: read question sets, compute figures, print, write and keep them.

An evaluation of a room is a few lines::

    @evaluation_command("search", data="demo/lindental/questions")
    def search(data: Path) -> dict[str, Any]:
        \"\"\"Measure the search on a question set.\"\"\"
        rows = read_jsonl(data / "citizens.jsonl", {"id": str, "question": str, "services": list}, unique="id")
        ranks = [metrics.rank(find(row["question"]), row["services"]) for row in progress_bar(rows, "search")]
        return {"hit_at_5": metrics.share(metrics.hits_at(5, ranks), len(ranks)), "mrr": metrics.mrr(ranks)}
"""

import os
import platform
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError, transaction

from allmende import __version__
from allmende.kernel.evaluation.command import evaluation_command, progress_bar, write_figures
from allmende.kernel.evaluation.engine import metrics, selective
from allmende.kernel.evaluation.engine.metrics import wilson
from allmende.kernel.evaluation.models import Run
from allmende.kernel.evaluation.reading import DataError, read_jsonl

__all__ = [
    "DataError",
    "evaluation_command",
    "host_facts",
    "metrics",
    "progress_bar",
    "read_jsonl",
    "selective",
    "store_run",
    "wilson",
    "write_figures",
]


def store_run(name: str, figures: Mapping[str, Any], version: str = __version__, *, data: str = "") -> Run | None:
    """Keep the figures of one measurement. None when the database is not set up yet: measuring does not need one.

    Raises TypeError for figures that are not plain JSON values.
    """
    try:
        with transaction.atomic():
            return Run.objects.create(
                evaluation=name, version=version, data=data[:300], figures=dict(figures), host=host_facts()
            )
    except DatabaseError:
        return None


def host_facts() -> dict[str, Any]:
    """What a reader must know of the machine to judge times: processors, memory, system, Python; no name."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (ValueError, OSError, AttributeError):
        memory = None
    return {
        "cpus": os.cpu_count(),
        "memory_mb": memory,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
