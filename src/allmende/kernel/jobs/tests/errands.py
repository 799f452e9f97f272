# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Jobs for the tests: the town sends letters and notes each in a table, so that a lost or doubled one can be counted."""

import time

from django.db import connection

from allmende.kernel.jobs.progress import JobFailedError, Progress

TABLE = "CREATE TABLE letters (number integer NOT NULL, worker varchar(200))"


def post(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO letters (number) VALUES (%s)", [number])


def posted() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM letters ORDER BY number")
        return [row[0] for row in cursor.fetchall()]


def send_letters(progress: Progress, *, count: int, pause: float = 0.0) -> None:
    progress.total(count)
    for number in progress.each(range(count)):
        post(number)
        time.sleep(pause)
        progress.message(f"Brief {number + 1}")


def send_letters_in_two_rounds(progress: Progress, *, count: int, pause: float = 0.0) -> None:
    for number in progress.each(range(count)):
        post(number)
        time.sleep(pause)
    for number in progress.each(range(1000, 1000 + count)):
        post(number)
        time.sleep(pause)


def stumble(progress: Progress, *, at: int) -> None:
    for number in progress.each(range(4)):
        post(number)
        if number == at:
            raise RuntimeError("paper jam")


def refuse(progress: Progress) -> None:
    raise JobFailedError("Die Adressliste ist leer. Bitte laden Sie eine neue hoch.")


def sum_up(progress: Progress) -> None:
    for number in progress.each(range(4)):
        progress.state["sum"] = progress.state.get("sum", 0) + number
    progress.message(f"Summe {progress.state['sum']}")
