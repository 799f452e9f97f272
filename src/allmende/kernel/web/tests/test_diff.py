# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.kernel.web.engine.diff import Change, diff

TEXTS = st.lists(
    st.sampled_from(["Die Steuer beträgt 96 €.", "Sie ist am 1. Juli fällig.", "", "Ende", "Die Steuer"]), max_size=8
)


def marked(old: str, new: str) -> str:
    marks = {Change.SAME: "{}", Change.INSERTED: "[+{}+]", Change.DELETED: "[-{}-]"}
    lines = diff(old, new)
    return "\n".join(
        "".join(marks[p.change].format(p.text) for p in line.pieces) or f"…{line.skipped}" for line in lines
    )


def test_only_the_words_that_changed_are_marked():
    old, new = "Die Steuer beträgt 96,00 € im Jahr.", "Die Steuer beträgt 102,00 € im Jahr."
    assert marked(old, new) == "Die Steuer beträgt [-96,00-][+102,00+] € im Jahr."


def test_words_that_change_in_a_row_are_one_change():
    old, new = "Sie melden den alten Hund beim Amt ab.", "Sie melden das neue Tier beim Amt ab."
    assert marked(old, new) == "Sie melden [-den alten Hund-][+das neue Tier+] beim Amt ab."


def test_lines_that_have_nothing_in_common_are_not_mixed():
    assert (
        marked("Hunde zahlen Steuer.", "Öffnungszeiten am Montag")
        == "[-Hunde zahlen Steuer.-]\n[+Öffnungszeiten am Montag+]"
    )


def test_what_stayed_the_same_is_left_out_but_for_a_line_around():
    old = "\n".join("abcdefgh")
    assert marked(old, old.replace("h", "H h")) == "…6\ng\n[+H +]h"


def test_equal_texts_have_no_difference():
    assert diff("Wort", "Wort") == ()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_their_difference(old: list[str], new: list[str]):
    before, after = "\n".join(old), "\n".join(new)
    lines = diff(before, after, context=99)
    if before == after:
        return

    def words(kept: Change) -> str:
        return " ".join("".join(p.text for p in line.pieces if p.change in (Change.SAME, kept)) for line in lines)

    assert words(Change.INSERTED).split() == after.split()
    assert words(Change.DELETED).split() == before.split()
