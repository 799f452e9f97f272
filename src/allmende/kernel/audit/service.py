# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The public door of the audit: `record` appends, `verify` proves. There is no third verb.

Each entry holds the hash of the one before it. The head row holds the last number and hash and is sealed with a key
derived from the server's secret key: somebody who can write to the database, but does not know that key, can neither
cut the end off nor compute the chain anew without `verify` seeing it.
"""

import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from allmende.kernel.audit.canonical import digest, plain, refuse_secrets, text
from allmende.kernel.audit.models import Entry, Head

GENESIS = "0" * 64
ACTION = re.compile(r"\A[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+\Z")
MAX_BREACHES = 20
SEAL_SALT = "allmende.kernel.audit.head"


class AuditDamagedError(Exception):
    """The end of the chain is gone or was forged."""


def record(
    action: str, *, actor: AbstractBaseUser | None, subject: str = "", detail: Mapping[str, object] | None = None
) -> Entry:
    """Append one entry, in the caller's transaction: if that is rolled back, nothing happened and nothing is logged.

    `action` is a dotted name such as ``"town.service.published"``; `subject` names the object (``"service:passport"``).
    `detail` holds names, states and numbers, never secrets and never what a person wrote. Call it last in the
    transaction: the chain stays locked until the commit.
    Raises SecretInDetailError for a secret, ValueError for a malformed action, TypeError for a detail that is not plain
    data, AuditDamagedError when somebody removed the end of the chain: then nothing that must be logged can be done.
    """
    if not ACTION.match(action):
        raise ValueError(f"{action!r} is not a dotted name such as 'town.service.published'.")
    content = dict(detail or {})
    refuse_secrets({"subject": subject, "detail": content}, "entry")
    return _append(action, actor, subject, content)


def _append(
    action: str, actor: AbstractBaseUser | None, subject: str, content: dict[str, object], *, seal_anew: bool = False
) -> Entry:
    with transaction.atomic():
        head = _locked_head()
        entry = Entry(
            seq=head.seq + 1,
            at=timezone.now(),
            action=action,
            actor_id=str(actor.pk) if actor is not None and actor.pk is not None else "",
            actor_name=text(actor.get_username(), 150) if actor is not None else "",
            subject=text(subject),
            detail=plain(content),
            previous_hash=head.hash,
        )
        entry.hash = _digest(entry)
        entry.save(force_insert=True)
        _advance(head, entry, seal_anew=seal_anew)
    return entry


def _locked_head() -> Head:
    """The head, locked until the transaction ends (on SQLite the whole database is, by BEGIN IMMEDIATE)."""
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None:
        raise AuditDamagedError(_("Der Abschluss der Kette fehlt. Prüfen Sie das Protokoll."))
    return head


def _advance(head: Head, entry: Entry, *, seal_anew: bool) -> None:
    """Move the head to the new entry. A broken seal stays broken: appending must not heal what somebody forged."""
    valid = seal_anew or is_sealed(head)
    head.seq, head.hash = entry.seq, entry.hash
    head.seal = seals(head.seq, head.hash)[0] if valid else ""
    head.save(update_fields=["seq", "hash", "seal"])


def genesis() -> dict[str, object]:
    """The head of an empty log; only the migration makes one, so a lost head is found and not healed."""
    return {"seq": 0, "hash": GENESIS, "seal": seals(0, GENESIS)[0]}


def is_sealed(head: Head) -> bool:
    """Whether the head's seal was made with our secret key."""
    return any(hmac.compare_digest(head.seal, seal) for seal in seals(head.seq, head.hash))


def reseal() -> Entry:
    """Seal the end anew, after the operator replaced the secret key or a breach was clarified; that is logged, too."""
    return _append("audit.resealed", None, "", {}, seal_anew=True)


def seals(seq: int, last_hash: str) -> list[str]:
    """HMAC-SHA-256 of the head under the current secret key, then under those of SECRET_KEY_FALLBACKS."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(SEAL_SALT, f"{seq}:{last_hash}", key, algorithm="sha256").hexdigest() for key in keys]


def _digest(entry: Entry) -> str:
    return digest(
        seq=entry.seq,
        at=entry.at,
        action=entry.action,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        subject=entry.subject,
        detail=entry.detail,
        previous_hash=entry.previous_hash,
    )


@dataclass(frozen=True)
class Breach:
    """Where the log was tampered with: the number of the entry, and a sentence saying how it shows."""

    seq: int
    message: str


@dataclass(frozen=True)
class Report:
    """What `verify` found. `anchor` ("number:hash"), noted outside the house, proves the log up to there for ever."""

    entries: int
    anchor: str
    breaches: tuple[Breach, ...]
    checked_at: datetime

    @property
    def intact(self) -> bool:
        """Whether nothing was changed, removed or reordered."""
        return not self.breaches


def verify(anchor: str = "") -> Report:
    """Recompute the whole chain, reading it once; memory does not grow with the log.

    Finds changed, removed, inserted and reordered entries and a cut-off end. With an `anchor` of an earlier report it
    also proves that the entry noted then is still the same. At most 20 breaches are listed. Raises ValueError for a
    malformed anchor.
    """
    noted = _parse_anchor(anchor)
    with transaction.atomic():
        head = Head.objects.select_for_update().filter(pk=1).first()
        walk = _Walk(noted)
        for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000):
            walk.step(entry)
    breaches = list(chain(walk.breaches, walk.end(head)))[:MAX_BREACHES]
    return Report(walk.entries, f"{walk.seq}:{walk.hash}", tuple(breaches), timezone.now())


def _parse_anchor(anchor: str) -> tuple[int, str] | None:
    if not anchor:
        return None
    match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", anchor.strip())
    if not match:
        raise ValueError("An anchor is a number, a colon and 64 hexadecimal digits.")
    return int(match[1]), match[2]


class _Walk:
    """One pass over the log."""

    def __init__(self, noted: tuple[int, str] | None) -> None:
        self.noted = noted
        self.noted_seen = noted is None or noted == (0, GENESIS)
        self.entries, self.seq, self.hash = 0, 0, GENESIS
        self.breaches: list[Breach] = []

    def step(self, entry: Entry) -> None:
        """Check one entry against the one before it."""
        if entry.seq != self.seq + 1:
            self._found(self.seq + 1, _("Hier fehlt mindestens ein Eintrag."))
        elif entry.previous_hash != self.hash:
            self._found(entry.seq, _("Dieser Eintrag schließt nicht an den vorigen an."))
        if entry.hash != _digest(entry):
            self._found(entry.seq, _("Dieser Eintrag wurde nachträglich verändert."))
        if self.noted and entry.seq == self.noted[0]:
            self.noted_seen = entry.hash == self.noted[1]
        self.entries, self.seq, self.hash = self.entries + 1, entry.seq, entry.hash

    def end(self, head: Head | None) -> Iterator[Breach]:
        """Check the end of the chain against the head and the noted anchor."""
        if head is None:
            yield Breach(self.seq, _("Der Abschluss der Kette fehlt."))
        elif not is_sealed(head):
            yield Breach(
                head.seq,
                _("Das Siegel am Ende der Kette stimmt nicht. Wurde der geheime Schlüssel des Servers gewechselt?"),
            )
        elif (head.seq, head.hash) != (self.seq, self.hash):
            yield Breach(self.seq + 1, _("Das Ende des Protokolls wurde abgeschnitten oder ersetzt."))
        if not self.noted_seen and self.noted:
            yield Breach(self.noted[0], _("Der notierte Eintrag ist nicht mehr derselbe."))

    def _found(self, seq: int, message: str) -> None:
        if len(self.breaches) < MAX_BREACHES:
            self.breaches.append(Breach(seq, message))


def check_head() -> str:
    """Health check: a line when the last entry fits the sealed head. Raises AuditDamagedError otherwise."""
    head = Head.objects.filter(pk=1).first()
    last = Entry.objects.order_by("-seq").first()
    if head is None or not is_sealed(head):
        raise AuditDamagedError(_("Das Ende der Kette ist nicht gültig versiegelt. Prüfen Sie das Protokoll."))
    if (last.seq, last.hash) != (head.seq, head.hash) if last else head.seq != 0:
        raise AuditDamagedError(_("Die letzten Einträge fehlen. Prüfen Sie das Protokoll."))
    if last and last.hash != _digest(last):
        raise AuditDamagedError(_("Der letzte Eintrag wurde verändert. Prüfen Sie das Protokoll."))
    return _("%(count)d Einträge, das Ende der Kette ist gültig versiegelt") % {"count": head.seq}
