# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether two clauses agree in what they deny, demand, allow and generalise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from allmende.modules.assistant.engine.lexicon import Lexicon
from allmende.modules.assistant.engine.reading import Clause, Token
from allmende.modules.assistant.engine.words import Words

PERMITTING = ("can", "may")


@dataclass(frozen=True)
class Marked:
    """A clause and how often each mark stands in it."""

    clause: Clause

    def has(self, *marks: str) -> int:
        """How many of its words have one of these marks."""
        return sum(bool(token.marks.intersection(marks)) for token in self.clause)


def disagreement(sentence: Clause, source: Clause, lexicon: Lexicon) -> str:
    """Why the clause of the sentence says more or other than that of the source; empty when it does not."""
    ours, theirs = Marked(sentence), Marked(source)
    if not _same_polarity(ours, theirs, lexicon):
        return "negation"
    if _other_modality(ours, theirs):
        return "modality"
    if not _quantified(ours.clause) <= _quantified(theirs.clause):
        return "all"
    if any(ours.has(mark) and not theirs.has(mark) for mark in ("everyone", "always")):
        return "all"
    dropped = (mark for mark in ("some", "only", "unless") if theirs.has(mark) and not ours.has(mark))
    return next(dropped, "")


def _other_modality(ours: Marked, theirs: Marked) -> bool:
    """What one may is not what one must, and what is not allowed by the source is not allowed."""
    if ours.has("must"):
        return bool(theirs.has("can", "may", "should")) and not theirs.has("must")
    if ours.has(*PERMITTING) and theirs.has("must"):
        return not theirs.has(*PERMITTING)
    return bool(ours.has("may")) and not theirs.has(*PERMITTING)


def _same_polarity(ours: Marked, theirs: Marked, lexicon: Lexicon) -> bool:
    """„kein“ and „nicht“ deny the clause, „ohne“ the thing behind it; what is free costs nothing."""
    if ours.has("without") or theirs.has("without"):
        said = Words(lexicon, ours.clause)
        denied = {token.stem for token in _denied(ours.clause)}
        theirs_denied = {token.stem for token in _denied(theirs.clause) if said.hold(token)}
        return denied == theirs_denied and ours.has("not") % 2 == theirs.has("not") % 2
    about_costs = ours.has("free", "cost") and theirs.has("free", "cost")
    odd = [
        (one.has("not") + (one.has("none") > 0) + (one.has("free") if about_costs else 0)) % 2 for one in (ours, theirs)
    ]
    return odd[0] == odd[1]


def _denied(clause: Clause) -> Iterable[Token]:
    """The things behind „kein“ and „ohne“."""
    for place, token in enumerate(clause):
        if token.marks & {"none", "without"}:
            yield from [other for other in clause[place + 1 :] if other.counts and other.word][:1]


def _quantified(clause: Clause) -> set[str]:
    """What „alle“ and „jede“ speak of: the stem of the word behind each."""
    found = set()
    for place, token in enumerate(clause):
        if "all" in token.marks:
            found |= {other.stem for other in [other for other in clause[place + 1 :] if other.counts][:1]}
    return found


def is_conditional(clause: Clause, following: Clause, lexicon: Lexicon) -> bool:
    """„Ist die Mutter verheiratet, gilt …“, „Läuft er ab, beantragen Sie …“: the verb first, and first again behind."""
    if clause[0].word in lexicon.auxiliary:
        return True
    asks = len(clause) > 1 and clause[1].word in lexicon.pronouns
    verb = following[0].word in lexicon.finite | lexicon.light
    inverted = len(following) > 1 and following[1].word in lexicon.pronouns and not following[0].neutral
    return (asks or clause[0].word in lexicon.finite) and (verb or inverted)


def units(clauses: Sequence[Clause], lexicon: Lexicon) -> list[Clause]:
    """Clauses with a verb or a pronoun, each with the fragments around it that have none."""
    found: list[Clause] = []
    standing = conditional = False
    for place, clause in enumerate(clauses):
        alone = any(token.word in lexicon.finite or token.word in lexicon.pronouns for token in clause)
        after, conditional = (
            conditional,
            place + 1 < len(clauses) and is_conditional(clause, clauses[place + 1], lexicon),
        )
        case = clause[0].word in lexicon.condition_words
        if found and not after and not case and not (alone and standing):
            found[-1] += clause
        else:
            found.append(clause)
        standing = standing or alone
    return found
