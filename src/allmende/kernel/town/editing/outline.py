# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was recognised in the wording of a statute, and what its editor should look at, in sentences."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from allmende.kernel.town.editing.queries import citing
from allmende.kernel.town.engine import statutes
from allmende.kernel.town.engine.statutes import Finding, Flaw, Section, anchor_of


@dataclass(frozen=True)
class Outline:
    """The sections, what is wrong or odd, and which services cite a section that is not there."""

    sections: tuple[Section, ...]
    problems: tuple[str, ...]
    cited: tuple[tuple[str, str], ...]


def of(statute_id: str, text: str) -> Outline:
    """The outline of a text that is being written."""
    read = statutes.outline(text)
    anchors = {section.anchor for section in read.sections}
    lost = (pair for pair in citing(statute_id) if anchor_of(pair[1]) not in anchors) if anchors else ()
    return Outline(read.sections, tuple(_sentence(finding) for finding in read.findings), tuple(lost))


def _sentence(finding: Finding) -> str:
    sentences = {
        Flaw.NO_SECTION: _("Noch ist kein Paragraf zu erkennen (Überschrift „## § 1 …“)."),
        Flaw.TWICE: _("{section} kommt zweimal vor."),
        Flaw.GAP: _("{section} folgt auf {after}."),
        Flaw.EMPTY: _("{section} hat keinen Text."),
        Flaw.NO_HEADING: _("{section} hat keine Überschrift."),
        Flaw.PARAGRAPH_GAP: _("Die Absätze von {section} sind nicht fortlaufend gezählt."),
    }
    return sentences[finding.flaw].format(section=finding.section, after=finding.after or "–")
