# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Applications in the chat: what the registry's `Dialog` asks for, over the same drafts as the form.

Nothing is kept beside the draft. A sentence that is a question, or the wish for a person or to stop, is none of our business and goes
back to whoever asked.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from allmende.kernel.registry import DialogRow, DialogTurn, Guided, Said
from allmende.modules.applications import drafts, house, queries, rules, submissions
from allmende.modules.applications.drafts import (
    ChangedElsewhereError,
    NoDraftError,
    NotOfferedError,
    NotTakenError,
    Opened,
)
from allmende.modules.applications.engine.chat import Prompt, Turn, prompt, said_so_far, slot_at, taken, understand
from allmende.modules.applications.engine.fields.choices import YES_NO, BooleanField, EnumField, MultiField, label_of
from allmende.modules.applications.engine.fields.places import FileField
from allmende.modules.applications.engine.fields.slots import Slot
from allmende.modules.applications.engine.problems import Fault, Refused
from allmende.modules.applications.engine.reviewing import review
from allmende.modules.applications.engine.simulate import simulate
from allmende.modules.applications.submissions import SUBMIT

NAME = "applications"
"""Under which the room declares its dialogs."""
CHANNEL = "chat"
OURS = ("back", "skip", "why")
"""Command words that the dialog obeys itself."""
ENDS = {"handover": "person", "close": "ended"}


def offers(service: str, language: str) -> list[Guided]:
    """The flows that rest on this service; all of them for none. One query, and one once a process for each flow."""
    flows = [queries.flow_of(version) for version in queries.offered()]
    fitting = [flow for flow in flows if not service or flow.service == service]
    setting = house.setting(language) if fitting else None
    return [
        Guided(
            id=flow.id,
            title=flow.name[language],
            says=tuple(notice.say[language] for notice in simulate(flow, {}, setting).notices if notice.say),
            phrases=(*flow.synonyms.get(language, ()), *flow.examples.get(language, ())),
        )
        for flow in fitting
        if setting
    ]


def begin(flow: str, language: str) -> str:
    """The token of a new draft. Raises LookupError for a flow that is not offered any more."""
    try:
        return drafts.begin(flow, language, CHANNEL)
    except NotOfferedError as error:
        raise LookupError(flow) from error


def forget(token: str) -> None:
    """Delete the draft."""
    drafts.forget(token)


def show(token: str, language: str) -> DialogTurn:
    """Where the draft of this token stands."""
    try:
        return _shown(drafts.load(token, language))
    except NoDraftError:
        return _sent(token, language)
    except NotOfferedError:
        return _withdrawn()


def turn(token: str, said: Said, language: str) -> DialogTurn:
    """Take one turn. What is not taken is told as a `problem`, and nothing changes."""
    try:
        return _turned(token, drafts.load(token, language), said)
    except NoDraftError:
        return _sent(token, language)
    except NotOfferedError:
        return _withdrawn()
    except NotTakenError as refused:
        return replace(show(token, language), problem=_words(refused.faults[0], language))
    except ChangedElsewhereError as changed:
        problem = _("In einem anderen Fenster haben Sie das inzwischen anders beantwortet. Bitte prüfen Sie es.")
        return replace(_shown(changed.draft), problem=problem)


def _turned(token: str, draft: Opened, said: Said) -> DialogTurn:
    if said.back:
        return _shown(drafts.back(token, language=draft.language))
    if said.confirmed is not None:
        return _confirmed(token, draft, said)
    if said.text:
        return _spoken(token, draft, said)
    return _answered(token, draft, _chosen(draft, said.chosen), said)


def _spoken(token: str, draft: Opened, said: Said) -> DialogTurn:
    """A sentence: an answer, a correction, a command, or nothing of ours."""
    understood = understand(draft.flow, draft.answers, draft.run, said.text, draft.setting)
    if understood.command == "back":
        return _shown(drafts.back(token, language=draft.language))
    if understood.command and understood.command not in OURS:
        return replace(_shown(draft), meant=understood.command)
    if understood.said == "question":
        return replace(_shown(draft), meant="question")
    return _answered(token, draft, understood, said)


def _chosen(draft: Opened, values: Sequence[str]) -> Turn:
    """The options that were picked, or nothing where the question is left empty."""
    place = draft.run.open
    slot = slot_at(draft.flow, place) if place else None
    if place is None or slot is None or (values and not _choices(slot, draft.language)):
        return Turn("unclear")
    raw = values if isinstance(slot.field, MultiField) else "".join(values[:1])
    try:
        return taken(
            draft.flow, draft.answers, place, slot.field.parse(raw, draft.setting) if values else None, draft.setting
        )
    except Refused as refused:
        return Turn("unclear", place=place, fault=Fault(place, refused.key, refused.params))


def _answered(token: str, draft: Opened, understood: Turn, said: Said) -> DialogTurn:
    """Keep what changed; else say why not."""
    if not understood.changes:
        fault = understood.fault
        problem = _words(fault, draft.language) if fault else _("Das habe ich nicht verstanden.")
        return replace(_shown(draft), problem="" if understood.command else problem)
    changed = next(iter(understood.changes))
    step = next(step for step in draft.run.path if changed in draft.flow.steps[step].slots)
    after = drafts.answer(token, step, understood.changes, revision=said.revision, language=draft.language)
    corrected = str(understood.place) if understood.said == "correction" else ""
    return replace(_shown(after), changed=corrected)


def _confirmed(token: str, draft: Opened, said: Said) -> DialogTurn:
    """Keep what was confirmed; send the application where nothing else is to be done."""
    after = drafts.confirm(token, said.confirmed or (), revision=said.revision, language=draft.language)
    if after.run.outcome != SUBMIT:
        return replace(_shown(after), problem=_("Bitte bestätigen Sie jeden Punkt, bevor Sie senden."))
    submissions.submit(token, revision=after.revision)
    return _sent(token, draft.language)


def _shown(draft: Opened) -> DialogTurn:
    """The draft as the chat shows it."""
    run, language = draft.run, draft.language
    asked = prompt(draft.flow, run)
    done = DialogTurn(
        state=ENDS.get(run.outcome or "", "checks"),
        title=draft.flow.name[language],
        service=draft.flow.service,
        says=tuple(notice.say[language] for notice in run.notices_at(run.at) if notice.say),
        rows=tuple(
            DialogRow(
                key=str(row.place), label=_label(row.label[language], row.item, row.place.item, language), text=row.text
            )
            for row in review(draft.flow, said_so_far(draft.flow, draft.answers, run), language)
        ),
        revision=draft.revision,
        number=run.progress.done + 1,
        most=run.progress.done + run.progress.left,
    )
    if asked is not None:
        return _asked(done, asked, language)
    if done.state != "checks":
        return done
    step = draft.flow.steps[run.stops[-1]]
    return replace(done, confirm=tuple((name, draft.flow.confirmations[name][language]) for name in step.confirm))


def _asked(done: DialogTurn, asked: Prompt, language: str) -> DialogTurn:
    slot = asked.slot
    item = asked.item and _label("", asked.item, asked.place.item, language)
    return replace(
        done,
        state="file" if isinstance(slot.field, FileField) else "asks",
        says=tuple(notice.say[language] for notice in asked.notices if notice.say),
        asks=" ".join(part for part in (item, *(text[language] for text in asked.asks)) if part),
        help=slot.help.get(language, ""),
        choices=_choices(slot, language),
        several=isinstance(slot.field, MultiField),
        optional=not slot.required,
    )


def _choices(slot: Slot, language: str) -> tuple[tuple[str, str], ...]:
    if isinstance(slot.field, BooleanField):
        return tuple((str(value).lower(), words[language]) for value, words in YES_NO.items())
    if isinstance(slot.field, EnumField):
        return tuple((key, label_of(option, language)) for key, option in slot.field.options.items())
    return ()


def _label(label: str, item: object, number: int | None, language: str) -> str:
    """``Hund 2: Rasse``; outside a group the label alone."""
    if number is None or not isinstance(item, dict) or not item:
        return label
    return f"{item[language]} {number + 1}: {label}"


def _sent(token: str, language: str) -> DialogTurn:
    try:
        receipt = submissions.receipt(token)
    except NoDraftError:
        return DialogTurn(state="gone")
    record = receipt.submission.record
    return DialogTurn(
        state="sent",
        title=record["flow"]["name"][language],
        says=tuple(text[language] for text in record["closing"]),
        receipt=receipt.number,
        link=receipt.link,
    )


def _withdrawn() -> DialogTurn:
    return DialogTurn(
        state="gone", says=(_("Dieser Antrag wird gerade nicht online angeboten. Es wurde nichts gesendet."),)
    )


def _words(fault: Fault, language: str) -> str:
    return rules.messages().fault(fault, language)
