# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A model server that writes at a fixed pace, as its own process.

``python -m benchmarks.fake_model PACE TEXT`` prints its address; for each line it reads, it prints the moment
(monotonic clock, common to all processes of the machine) at which the caller of the last answer had gone.
"""

import sys

from allmende.kernel.llm.testing import FakeProvider

PATIENCE = 30


def main() -> None:
    pace, text = float(sys.argv[1]), sys.argv[2]
    with FakeProvider(pace=pace, words=text.split(" "), models=()) as provider:
        print(provider.url, flush=True)
        for _line in sys.stdin:
            gone = [request for request in provider.received if request.path.endswith("/completions")][-1]
            print(gone.ended_at if gone.ended.wait(PATIENCE) else "never", flush=True)


if __name__ == "__main__":
    main()
