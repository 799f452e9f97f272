# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

.PHONY: run test lint bench lock

run:   ; @scripts/setup run && exec .venv/bin/allmende up
test:  ; @scripts/setup dev && scripts/test
lint:  ; @scripts/setup dev && scripts/lint
bench: ; @scripts/setup dev && .venv/bin/python -m benchmarks
lock:  ; @scripts/setup dev && scripts/lock
