# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What leaves the room once an application was sent: the citizen's receipt by e-mail, a package for each program that deals with it.

A job does it, so that nobody waits for the printing; what was sent under its key once is not sent again.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from allmende.kernel.files import service as files
from allmende.kernel.jobs import service as jobs
from allmende.kernel.messages import queries as outbox
from allmende.kernel.messages import service as messages
from allmende.kernel.messages.packages import PDF, Enclosed, Package
from allmende.kernel.town import queries as town
from allmende.kernel.web.sealing import Seal
from allmende.modules.applications import queries, receipts, rules
from allmende.modules.applications.engine.fields.slots import GroupField, Slot
from allmende.modules.applications.engine.fim import instance, writing
from allmende.modules.applications.engine.problems import LANGUAGES
from allmende.modules.applications.models import Submission

RECEIPT, PACKAGE = "applications.receipt", "applications.package"
TARGET = "allmende.modules.applications.tasks:deliver"
TITLE = gettext_noop("Eingegangenen Antrag weitergeben")
SENSITIVE = "sensitive"
SEAL = Seal("applications.delivery")
"""For the private link, which stands readable nowhere in the database."""


def order(submission: Submission, link: str) -> None:
    """Let it be done, in the caller's transaction, if there is anything to do."""
    record = submission.record
    if record["applicant"]["email"] or outbox.serving(record["flow"]["id"], record["unit"]):
        jobs.enqueue(TARGET, args={"submission": str(submission.pk), "link": SEAL.close(link)}, title=TITLE)


def deliver(submission_id: str, link: str) -> None:
    """Do it. Nothing happens when the application was deleted meanwhile. Raises PrintingFailed and TooLargeError."""
    found = Submission.objects.filter(pk=UUID(submission_id)).select_related("case", "version").first()
    if found is None:
        return
    if found.record["applicant"]["email"]:
        _write(found, SEAL.open(link))
    for destination in outbox.serving(found.record["flow"]["id"], found.record["unit"]):
        _hand_on(found, destination.pk)


def _write(found: Submission, link: str) -> None:
    """The letter to the citizen, with the receipt; without it where answers are sensitive: e-mail is a postcard."""
    number, language = found.case.number, found.language
    enclosed: list[Enclosed] = []
    if not _is_sensitive(found):
        paper = receipts.pdf(found.record, number, language)
        enclosed.append(Enclosed(name=receipts.file_name(number, language), media_type=PDF, content=paper, role="form"))
    board = town.town()
    with transaction.atomic():
        messages.send_email(
            RECEIPT,
            key=f"{RECEIPT}:{number}",
            to=found.record["applicant"]["email"],
            language=language,
            values={
                "number": number,
                "link": link,
                "name": found.record["flow"]["name"][language],
                "town": board.name if board else "",
            },
            about=number,
            enclosed=enclosed,
        )


def _hand_on(found: Submission, destination: str) -> None:
    number, record = found.case.number, found.record
    content = writing.message(record, number)
    package = Package(
        reference=number,
        title=record["flow"]["name"][LANGUAGES[0]],
        day=record["moment"][:10],
        leika=next(iter(record["flow"]["leika"]), ""),
        json=writing.as_json(content),
        xml=_xml(content),
        pdf=receipts.pdf(record, number, LANGUAGES[0]),
        files=tuple(_files(found)),
    )
    with transaction.atomic():
        messages.send_package(destination, key=f"{PACKAGE}:{number}:{destination}", package=package, about=number)


def _xml(content: writing.Message) -> bytes:
    """An instance of the data schema that the flow is bound to, or the house's own message."""
    write = instance.as_instance if instance.has_instance(content) else writing.as_xml
    return write(content, rules.fim()["parts"])


def _files(found: Submission) -> Iterable[Enclosed]:
    for each in found.attachments.select_related("file").order_by("file__stored_at"):
        with files.open_file(each.file) as stored:
            yield Enclosed(name=each.file.name, media_type=each.file.media_type, content=stored.read())


def _is_sensitive(found: Submission) -> bool:
    slots = queries.flow_of(found.version).slots
    return any(slot.pii == SENSITIVE for name in found.record["answers"] for slot in _with_fields(slots[name]))


def _with_fields(slot: Slot) -> Iterable[Slot]:
    yield slot
    if isinstance(slot.field, GroupField):
        yield from slot.field.slots.values()
