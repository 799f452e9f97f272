# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make bench`: every figure of performance, each beside a peer or a floor measured in the same run.

`python -m benchmarks NAME …` runs only those named; `--json FILE` writes the figures.
"""

import argparse
import importlib
import json
from pathlib import Path

NAMES = (
    *("search_scale", "answer_page", "memory", "imports", "streets"),
    *("streams", "flows", "applications", "printing", "axe", "anonymiser"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(NAMES)}; all if none is given")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(NAMES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    figures = {}
    for name in arguments.names or NAMES:
        print(f"\n== {name}")
        figures[name] = importlib.import_module(f"benchmarks.{name}").measure()
        for key, value in figures[name].items():
            print(f"  {key:42} {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
