# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a chat and the room that leads a dialog tell each other: plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Guided:
    """A dialog that can begin: `says` is what one should know before, `phrases` how people say that they need it."""

    id: str
    title: str
    says: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """One turn of a citizen: a sentence, or what was chosen, or (`back`) the wish for the question before, or what was confirmed.

    Nothing of it leaves the open question empty. `revision` is the one that the page showed.
    """

    text: str = ""
    chosen: tuple[str, ...] = ()
    back: bool = False
    confirmed: tuple[str, ...] | None = None
    revision: int | None = None


@dataclass(frozen=True, kw_only=True)
class DialogRow:
    """An answer that was given; `key` says which, and holds nothing of it."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class DialogTurn:
    """Where a dialog stands, in words for people.

    `state`: asks (a question), checks (everything is shown, to be confirmed), file (one that a chat cannot take), ended (nothing is
    sent), person (a person must help), sent, gone (there is nothing under this token). `meant` is what a sentence was that is none
    of the dialog's business: question, person or cancel; nothing changed then. `service` is what a question in between is about that
    names nothing itself: "Was kostet das?"
    """

    state: str
    title: str = ""
    service: str = ""
    says: tuple[str, ...] = ()
    asks: str = ""
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    several: bool = False
    optional: bool = False
    rows: tuple[DialogRow, ...] = ()
    changed: str = ""
    confirm: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    meant: str = ""
    revision: int = 0
    number: int = 0
    most: int = 0
    receipt: str = ""
    link: str = ""
