# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""An application goes to another program: as a letter, a folder, a call or through FIT-Connect. Once, whole, and under one id."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from allmende.kernel.messages import delivery, packages, personal, queries, rules, sealing, service, tasks
from allmende.kernel.messages.channels import directory
from allmende.kernel.messages.models import Destination, Enclosure, Message
from allmende.kernel.messages.packages import Enclosed, Package
from allmende.kernel.messages.tests import pki
from allmende.kernel.messages.tests.authority import SECRET, Authority, certified_key, chain, private_key, root
from allmende.kernel.messages.tests.test_email import Line

pytestmark = pytest.mark.django_db
NAMES = ["2026-000001.json", "2026-000001.xml", "2026-000001.pdf", "01-Impfpass.pdf", "02-Impfpass.pdf"]
PACKAGE = Package(
    reference="2026-000001",
    title="Hund zur Hundesteuer anmelden",
    day="2026-06-01",
    leika="99102013104000",
    json=b'{"a": "\xc3\xa4"}',
    xml=b"<a/>",
    pdf=b"%PDF-1.7",
    files=(
        Enclosed(name="../../Impfpass.pdf", media_type="application/pdf", content=b"one"),
        Enclosed(name="Impfpass.pdf", media_type="application/pdf", content=b"two"),
    ),
)


@pytest.fixture
def authority():
    with Authority() as server:
        yield server


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.PACKAGE_FOLDER = tmp_path / "pakete"
    return settings.PACKAGE_FOLDER


@pytest.fixture
def goes_to(dora, settings, folder, authority, hook_server, tmp_path):
    """A destination of a kind."""
    settings.FITCONNECT_ROOTS = tmp_path / "roots.pem"
    settings.FITCONNECT_ROOTS.write_bytes(pki.pem(root()))
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    known = {
        "email": {"address": "steuern@lindental.example"},
        "directory": {"address": "steueramt"},
        "webhook": {"address": hook_server.url, "secret": "whsec_c2VjcmV0"},
        "fitconnect": {"address": authority.url, "secret": SECRET, "options": authority.options},
    }

    def add(kind: str, **changes) -> Destination:
        return service.add_destination(kind, kind=kind, title=kind, actor=dora, **(known[kind] | changes))

    return add


def send(slug: str, key: str = "antrag-1", package: Package = PACKAGE) -> Message:
    return service.send_package(slug, key=key, package=package, about=package.reference)


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.outcome


def folders(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "steueramt").iterdir())


def test_a_mailbox_gets_a_letter_with_all_files(goes_to, mail_server):
    goes_to("email")
    assert delivery.attempt(send("email").pk) == ""
    mail = mail_server.received[0]
    assert (mail["To"], mail["Subject"]) == ("steuern@lindental.example", "2026-000001: Hund zur Hundesteuer anmelden")
    files = {part.get_filename(): part.get_payload(decode=True) for part in mail.walk() if part.get_filename()}
    assert list(files) == NAMES
    assert (files["2026-000001.pdf"], files["02-Impfpass.pdf"]) == (b"%PDF-1.7", b"two")


def test_a_folder_gets_a_folder_with_all_files(goes_to, folder):
    goes_to("directory")
    message = send("directory")
    assert delivery.attempt(message.pk) == ""
    (whole,) = folders(folder)
    assert whole.name == f"2026-000001_{message.pk}"
    assert sorted(path.name for path in whole.iterdir()) == sorted(NAMES)
    assert (whole / "2026-000001.json").read_bytes() == PACKAGE.json


def test_a_machine_gets_all_files_in_one_signed_call(goes_to, hook_server):
    goes_to("webhook")
    message = send("webhook")
    assert delivery.attempt(message.pk) == ""
    headers, body = hook_server.received[0]
    told = json.loads(body)
    assert (headers["webhook-id"], told["type"]) == (str(message.pk), "messages.package")
    assert told["data"]["reference"] == "2026-000001"
    assert [each["name"] for each in told["data"]["files"]] == NAMES
    assert base64.b64decode(told["data"]["files"][4]["content"]) == b"two"


def test_an_authority_alone_can_read_what_it_gets(goes_to, authority):
    goes_to("fitconnect")
    assert delivery.attempt(send("fitconnect").pk) == ""
    (submission,) = authority.submissions.values()
    assert submission.data == PACKAGE.json
    assert submission.service["identifier"] == "urn:de:fim:leika:leistung:99102013104000"
    assert submission.files == {"2026-000001.pdf": b"%PDF-1.7", "01-Impfpass.pdf": b"one", "02-Impfpass.pdf": b"two"}
    purposes = [each["purpose"] for each in submission.metadata["contentStructure"]["attachments"]]
    assert purposes == ["form", "attachment", "attachment"]
    assert submission.metadata["additionalReferenceInfo"] == {
        "senderReference": "2026-000001",
        "applicationDate": "2026-06-01",
    }
    sent = submission.metadata["contentStructure"]["data"]["submissionSchema"]
    assert sent == {"schemaUri": "urn:de:fim:stammdatenschema:s1", "mimeType": "application/json"}


@pytest.mark.parametrize("kind", ["email", "directory", "webhook", "fitconnect"])
def test_a_worker_that_dies_before_it_writes_it_down_sends_again_under_the_same_id(
    kind, goes_to, folder, authority, hook_server, mail_server
):
    goes_to(kind)
    message = send(kind)
    sender = delivery.SENDERS[message.channel]
    sender(message, sealing.unseal(message.sealed), packages.opened(message))  # and nobody notes it
    assert delivery.attempt(send(kind).pk) == ""
    arrived = {
        "email": [mail["Message-ID"] for mail in mail_server.received],
        "directory": [path.name for path in folders(folder)] if kind == "directory" else [],
        "webhook": [headers["webhook-id"] for headers, _body in hook_server.received],
        "fitconnect": authority.received,
    }[kind]
    assert len(set(arrived)) == 1
    assert len(arrived) == (2 if kind in ("email", "webhook") else 1), "folders and FIT-Connect know it already"
    assert state(message) == ("sent", "")
    delivery.attempt(message.pk)
    assert len(Message.objects.all()) == 1


def test_a_folder_half_written_is_never_seen_and_written_anew(goes_to, folder, monkeypatch):
    goes_to("directory")
    message = send("directory")
    with monkeypatch.context() as broken:
        broken.setattr(directory.Path, "rename", lambda *_args: (_ for _ in ()).throw(OSError("no space")))
        assert delivery.attempt(message.pk) == "unwritable"
    assert all(path.name.startswith(".") for path in folders(folder))
    assert state(message) == ("queued", "unwritable")
    delivery.attempt(message.pk)
    assert [path.name for path in folders(folder)] == [f"2026-000001_{message.pk}"]


@pytest.mark.parametrize("address", ["../outside", "link", "/etc"])
def test_no_folder_leads_out_of_the_one_for_packages(goes_to, folder, tmp_path, address):
    (tmp_path / "outside").mkdir()
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "outside")
    goes_to("directory", address=address)
    message = send("directory")
    assert delivery.attempt(message.pk) == "forbidden_folder"
    assert state(message)[0] == "failed"
    assert not list((tmp_path / "outside").iterdir())


def test_without_a_folder_for_packages_it_waits(goes_to, settings):
    goes_to("directory")
    settings.PACKAGE_FOLDER = None
    message = send("directory")
    assert delivery.attempt(message.pk) == "unconfigured"
    assert state(message)[0] == "queued"


def test_what_was_begun_and_forgotten_at_the_authority_is_begun_anew(goes_to, authority):
    goes_to("fitconnect")
    message = send("fitconnect")
    authority.instead["/v1/destinations/" + authority.options["destination"]] = (503, None)
    assert delivery.attempt(message.pk) == "failing"
    authority.instead.clear()
    service.note_remote(message, json.dumps({"submission": "gone", "case": "gone"}))
    assert delivery.attempt(message.pk) == ""
    assert len(authority.received) == 1


@pytest.mark.parametrize(
    ("path", "answer", "outcome", "after"),
    [
        ("/token", (401, None), "denied", "queued"),
        ("/token", (200, {}), "unexpected", "queued"),
        ("/token", (200, []), "unexpected", "queued"),
        ("/v1/submissions", (422, None), "refused", "failed"),
        ("/v1/submissions", (429, None), "busy", "queued"),
        ("/v1/submissions", (500, None), "failing", "queued"),
    ],
)
def test_what_an_answer_of_the_service_means(goes_to, authority, path, answer, outcome, after):
    goes_to("fitconnect")
    authority.instead[path] = answer
    message = send("fitconnect")
    assert delivery.attempt(message.pk) == outcome
    assert state(message) == (after, outcome)
    assert authority.received == []


@pytest.mark.parametrize(
    "change", [{"alg": "RSA1_5"}, {"key_ops": ["verify"]}, {"n": "AQAB"}, {"d": "AQAB"}, {"kty": "EC"}]
)
def test_nothing_is_encrypted_for_a_key_that_may_not_be_used(goes_to, authority, change):
    goes_to("fitconnect")
    authority.key = certified_key() | change
    assert delivery.attempt(send("fitconnect").pk) == "unusable_key"
    assert authority.submissions == {}


UNTRUSTED = {
    "no certificate": list,
    "what is none": lambda: ["AAAA"],
    "another key's": lambda: pki.x5c(pki.certificate("Amt", "Zwischenstelle", ca=False), chain()[1]),
    "a gap": lambda: pki.x5c(chain()[0]),
    "another root": lambda: pki.x5c(chain()[0], pki.certificate("Zwischenstelle", "Fremde Wurzel")),
    "an end certificate that signs": lambda: pki.x5c(chain()[0], pki.certificate("Zwischenstelle", "Wurzel", ca=False)),
    "one that ran out": lambda: pki.x5c(expired(), chain()[1]),
    "one for signatures": lambda: pki.x5c(
        pki.certificate("Amt", "Zwischenstelle", private_key(), ca=False, wraps=False), chain()[1]
    ),
    "one made by itself": lambda: pki.x5c(pki.certificate("Selbst", "Selbst", private_key(), ca=False)),
}


def expired():
    return pki.certificate("Amt", "Zwischenstelle", private_key(), ca=False, until=timezone.now() - pki.DAY)


@pytest.mark.parametrize("what", UNTRUSTED)
def test_nothing_is_encrypted_for_a_key_whose_certificates_lead_to_no_root(goes_to, authority, what):
    goes_to("fitconnect")
    authority.key |= {"x5c": UNTRUSTED[what]()}
    message = send("fitconnect")
    assert delivery.attempt(message.pk) == "untrusted_key"
    assert state(message) == ("queued", "untrusted_key")
    assert authority.submissions == {}


def test_without_the_roots_nothing_leaves(goes_to, authority, settings, tmp_path):
    goes_to("fitconnect")
    for roots in (None, tmp_path / "missing.pem"):
        settings.FITCONNECT_ROOTS = roots
        assert delivery.attempt(send("fitconnect", key=str(roots)).pk) == "no_roots"
    assert authority.submissions == {}


def test_a_certificate_that_is_trusted_by_name_is_good_until_it_runs_out(goes_to, authority, settings):
    goes_to("fitconnect")
    own, old = pki.certificate("Selbst", "Selbst", private_key(), ca=False), expired()
    settings.FITCONNECT_ROOTS.write_bytes(pki.pem(own, old))
    authority.key |= {"x5c": pki.x5c(old)}
    assert delivery.attempt(send("fitconnect").pk) == "untrusted_key"
    authority.key |= {"x5c": pki.x5c(own)}
    assert delivery.attempt(send("fitconnect", key="antrag-2").pk) == ""
    assert len(authority.received) == 1


def test_an_application_without_a_key_of_its_service_needs_one_of_the_destination(goes_to, authority):
    goes_to("fitconnect", options=authority.options | {"leika": ""})
    without = Package(reference="1", title="x", day="2026-06-01", json=b"{}", xml=b"<a/>", pdf=b"%PDF")
    assert delivery.attempt(send("fitconnect", package=without).pk) == "incomplete"


def test_what_waits_is_unreadable_and_what_left_is_forgotten(goes_to):
    goes_to("directory")
    message = send("directory")
    assert len(message.enclosures.all()) == 5
    stored = str(list(Enclosure.objects.values("sealed")))
    assert PACKAGE.pdf.decode() not in stored
    assert base64.b64encode(PACKAGE.pdf).decode() not in stored
    delivery.attempt(message.pk)
    assert not Enclosure.objects.exists()


def test_a_package_is_forgotten_with_its_person_and_with_time(goes_to, mail_server):
    goes_to("email")
    mail_server.refuses = {"RCPT": "550 no such mailbox"}
    first, second = send("email", "a"), send("email", "b")
    for message in (first, second):
        delivery.attempt(message.pk)
    assert Enclosure.objects.count() == 10, "it can still be sent again"
    Message.objects.filter(pk=first.pk).update(finished_at=timezone.now() - timedelta(days=rules.KEEP_DAYS + 1))
    tasks.tidy(Line())
    assert {row.message_id for row in Enclosure.objects.all()} == {second.pk}
    assert personal.erase("2026-000001") == 1
    assert not Enclosure.objects.exists()


def test_files_that_are_too_large_are_refused_before_anything_is_kept(goes_to, monkeypatch):
    goes_to("directory")
    monkeypatch.setattr(rules, "PACKAGE_BYTES", 10)
    with pytest.raises(service.TooLargeError):
        send("directory")
    assert not Message.objects.exists()


def test_a_destination_serves_flows_and_units(goes_to):
    goes_to("directory", serves=["hundesteuer-anmelden", "finanzen"])
    goes_to("email")
    assert [each.pk for each in queries.serving("hundesteuer-anmelden", "finanzen")] == ["directory"]
    assert queries.serving("sperrmuell", "bauen") == []


@given(st.text(max_size=300))
def test_a_name_is_safe_whatever_it_was(text):
    name = packages.safe_name(text)
    assert name
    assert len(name) <= 2 * packages.LONGEST + 1
    assert "/" not in name
    assert not name.startswith(".")
    assert name.isprintable()
