# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Model files out of installed packages, checked to the bit before they are loaded."""

import hashlib
import os
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from typing import Any

import onnxruntime

from allmende.modules.anonymiser.engine.settings import model_files, tables

MOST_THREADS = 4
QUIET = 3  # errors alone
_chosen = 0


class ModelMissing(RuntimeError):
    """A model file is not installed, or not the one that was measured; the message says which and what to do."""


def read(name: str) -> bytes:
    """The bytes of a model file of data/models.yaml. Raises ModelMissing."""
    model = model_files()[name]
    package, wanted = model["package"], model["file"]
    content: bytes | None
    try:
        found = next((file for file in files(package) or () if str(file) == wanted), None)
        content = Path(str(found.locate())).read_bytes() if found else None
    except (PackageNotFoundError, OSError):
        content = None
    if content is None:
        raise ModelMissing(f"{wanted} of the package {package} is missing: run scripts/setup.")
    if (digest := hashlib.sha256(content).hexdigest()) != model["sha256"]:
        raise ModelMissing(
            f"{wanted} of the package {package} is not the file that was measured (SHA-256 {digest}): run scripts/setup."
        )
    return content


def version_of(name: str) -> str:
    """The version of the package that holds the model."""
    return version(model_files()[name]["package"])


def session(model: bytes) -> onnxruntime.InferenceSession:
    """A model ready to run on the processor, each run in the thread of its caller."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # `looking` runs several pieces at once instead
    options.inter_op_num_threads = 1
    options.log_severity_level = QUIET
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def threads() -> int:
    """How many pieces are looked at at once: as was said last, or the table says, or one for each processor."""
    return _chosen or tables()["threads"] or min(MOST_THREADS, _processors())


def use_threads(count: int) -> None:
    """Say how many threads this process shall use, because others work beside it."""
    global _chosen  # noqa: PLW0603  (once, when a process begins)
    _chosen = count


def facts(detector: Any) -> dict[str, Any]:
    """What a record keeps of a detector."""
    return {
        "name": detector.name,
        "version": detector.version,
        "labels": sorted(detector.labels),
        "sha256": detector.sha256,
    }


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
