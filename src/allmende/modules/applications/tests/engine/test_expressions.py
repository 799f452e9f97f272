# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The language of conditions: what it says, what it refuses, and that no text breaks it."""

import ast
import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allmende.modules.applications.engine.expressions import kinds
from allmende.modules.applications.engine.expressions.compiling import RESERVED, compile_expression
from allmende.modules.applications.engine.expressions.functions import FUNCTIONS, add_days, add_months, age
from allmende.modules.applications.engine.expressions.kinds import BOOL, DATE, MONEY, NUMBER, TEXT
from allmende.modules.applications.engine.problems import Refused

DOGS = kinds.group(
    {"breed": TEXT, "born": DATE, "dangerous": BOOL, "weight": NUMBER, "chip": TEXT}, frozenset({"chip"})
)
KINDS = {
    "name": TEXT,
    "count_": NUMBER,
    "rent": MONEY,
    "born": DATE,
    "stay": kinds.PERIOD,
    "owner": BOOL,
    "kind": kinds.enum({"simple": 0, "extended": 0}),
    "wishes": kinds.several({"a": 0, "b": 0}),
    "home": kinds.ADDRESS,
    "photos": kinds.FILE,
    "dogs": DOGS,
    "email": TEXT,
}
EMPTY = frozenset({"email"})
VALUES: dict[str, Any] = {
    "today": date(2026, 6, 10),
    "name": "Charlie",
    "count_": Decimal(3),
    "rent": Decimal("512.50"),
    "born": date(2010, 6, 11),
    "stay": (date(2026, 7, 1), date(2026, 7, 14)),
    "owner": True,
    "kind": "simple",
    "wishes": ("b",),
    "home": {"street": "Lindenallee", "number": "5", "postcode": "99998", "city": "Lindental"},
    "photos": ("f1", "f2"),
    "dogs": [
        {"breed": "Dackel", "born": date(2020, 1, 1), "dangerous": False, "weight": Decimal(9), "chip": None},
        {"breed": "Bullterrier", "born": date(2024, 1, 1), "dangerous": True, "weight": Decimal("27.5"), "chip": "1"},
    ],
    "email": None,
}


def value(text: str) -> Any:
    return compile_expression(text, KINDS, EMPTY).run(VALUES)


TRUE = [
    "age(born) == 15",
    "age(born) < 16 and owner",
    "not (kind == 'extended')",
    "'simple' == kind",
    "kind in ['simple', 'extended']",
    "name not in ['Bob', 'Alice']",
    "'b' in wishes and 'a' not in wishes",
    "days(stay) == 14",
    "days_between(today, start(stay)) == 21 and end(stay) == date('2026-07-14')",
    "month(today) == 6 and year(today) == 2026",
    "add_days(today, -10) == date('2026-05-31')",
    "add_months(date('2026-01-31'), 1) == date('2026-02-28')",
    "rent * 12 > 6000 and rent + 7.5 == 520",
    "len(name) == 7 and len(wishes) == 1 and len(photos) == 2 and len(dogs) == 2",
    "street(home) == 'Lindenallee' and postcode(home) == '99998' and city(home) == 'Lindental'",
    "any(dogs, dangerous) and not all(dogs, dangerous)",
    "count(dogs) == 2 and count(dogs, weight > 10) == 1",
    "sum(dogs, weight) == 36.5",
    "all(dogs, born < today and weight * count_ > 20)",
    "any(dogs, given(chip) and chip == '1')",
    "min(count_, 2) == 2 and max(born, today) == today",
    "not given(email) or email == 'x'",
    "given(email) and email == 'x' or owner",
    "-count_ == -3",
    "owner == True",
]


@pytest.mark.parametrize("text", TRUE)
def test_it_is_so(text: str) -> None:
    assert value(text) is True


REFUSED = [
    ("count_ +", "expression.unreadable"),
    ("(" * 250 + ")" * 250, "expression.long"),
    ("not " * 40 + "owner", "expression.deep"),
    ("name.upper() == 'X'", "expression.function"),
    ("name.__class__", "expression.syntax"),
    ("__import__('os')", "expression.function"),
    ("open('x')", "expression.function"),
    ("(lambda: 1)()", "expression.function"),
    ("[x for x in dogs]", "expression.syntax"),
    ("dogs[0]", "expression.syntax"),
    ("{1: 2}", "expression.syntax"),
    ("f'{name}'", "expression.syntax"),
    ("owner if owner else owner", "expression.syntax"),
    ("(a := 1)", "expression.syntax"),
    ("2 ** 9", "expression.syntax"),
    ("count_ / 0", "expression.syntax"),
    ("~count_", "expression.syntax"),
    ("1 is 1", "expression.syntax"),
    ("1e999 > 1", "expression.syntax"),
    ("b'x' == name", "expression.syntax"),
    ("None", "expression.syntax"),
    ("name == '\\\\x41'", "expression.syntax"),
    ("age(*[born])", "expression.syntax"),
    ("age(born=born)", "expression.syntax"),
    ("age()", "expression.arguments"),
    ("min(count_)", "expression.arguments"),
    ("1 < count_ < 5", "expression.chained"),
    ("any(dogs, any(dogs, dangerous))", "expression.nested"),
    ("colour == 'red'", "expression.name"),
    ("given('email')", "expression.name"),
    ("breed == 'Dackel'", "expression.name"),
    ("email == 'x'", "expression.empty"),
    ("owner or given(email) and True or email == 'x'", "expression.empty"),
    ("any(dogs, chip == '1')", "expression.empty"),
    ("name > 'a'", "expression.kind"),
    ("born == 5", "expression.kind"),
    ("rent == count_", "expression.kind"),
    ("rent * rent > 1", "expression.kind"),
    ("owner and name", "expression.kind"),
    ("home == home", "expression.kind"),
    ("age(name)", "expression.kind"),
    ("kind == name", "expression.kind"),
    ("'a' in name", "expression.kind"),
    ("born in ['x']", "expression.kind"),
    ("sum(dogs, breed)", "expression.kind"),
    ("any(wishes, owner)", "expression.kind"),
    ("len(born)", "expression.kind"),
    ("kind == 'golden'", "expression.option"),
    ("'z' in wishes", "expression.option"),
    ("kind in ['golden']", "expression.option"),
    ("date('30.2.2026') == born", "expression.date"),
    ("date(name) == born", "expression.date"),
]


@pytest.mark.parametrize(("text", "key"), REFUSED)
def test_it_is_refused(text: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        compile_expression(text, KINDS, EMPTY)
    assert refused.value.key == key


def test_what_is_read_is_known_but_the_fields_of_an_item_are_not_among_it() -> None:
    assert compile_expression("any(dogs, dangerous) and owner", KINDS).uses == {"dogs", "owner"}
    assert compile_expression("born < today", KINDS).uses == {"born"}


def test_ages_and_days_follow_the_civil_code() -> None:
    assert age(date(2026, 2, 28), date(2008, 2, 29)) == 17
    assert age(date(2026, 3, 1), date(2008, 2, 29)) == 18
    assert add_months(date(2024, 2, 29), Decimal(12)) == date(2025, 2, 28)
    assert add_days(date(2026, 1, 1), Decimal(10) ** 30) == date.max
    assert add_months(date(2026, 1, 31), Decimal(-(10**30))) == date(1, 1, 31)


NAMES = st.sampled_from(
    [*KINDS, *sorted(RESERVED), "breed", "x", "__class__", "'simple'", "'a'", "1", "2.5", "'2026-01-01'"]
)
PIECES = st.sampled_from(["{0} and {1}", "{0} or {1}", "not {0}", "{0} == {1}", "{0} < {1}", "{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} in [{1}]", "{0} in {1}", "any({0}, {1})", "sum({0}, {1})", "count({0})", "age({0})", "given({0})", "len({0})", "min({0}, {1})", "add_days({0}, {1})", "add_months({0}, {1})", "date({0})", "({0})", "-{0}", "{0}.{1}", "{0}[{1}]", "{0}({1})"])  # fmt: skip
WRITTEN = st.recursive(NAMES, lambda inner: st.builds(str.format, PIECES, inner, inner), max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(WRITTEN)
def test_whatever_compiles_can_be_computed(text: str) -> None:
    try:
        expression = compile_expression(text, KINDS, EMPTY)
    except Refused:
        return
    assert expression.run(VALUES) is not None
    assert expression.uses <= KINDS.keys()


def _deep(atoms: list[str], *patterns: str, **others: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts made of atoms by patterns: {0} and {1} are texts of the same kind, names are other strategies."""

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(*(st.builds(pattern.format, inner, inner, **others) for pattern in patterns))

    return st.recursive(st.sampled_from(atoms), grown, max_leaves=5)


NUMBERS = _deep(["count_", "1", "2.5", "len(name)", "age(born)", "days(stay)", "month(today)", "len(dogs)"], "({0} + {1})", "({0} - {1})", "({0} * {1})", "min({0}, {1})", "max({0}, {1})", "-{0}")  # fmt: skip
DATES = _deep(
    ["born", "today", "start(stay)", "date('2024-02-29')"],
    "add_days({0}, {n})",
    "add_months({0}, {n})",
    "min({0}, {1})",
    n=NUMBERS,
)
TRUTHS = _deep(
    ["owner", "kind == 'simple'", "'a' in wishes", "'b' not in wishes", "given(email)", "name != 'Bob'", "rent > 500", "kind in ['extended']"],
    "({0} and {1})", "({0} or {1})", "not {0}", "{n} < {m}", "{n} == {m}", "{d} <= {e}", "(given(email) and email == 'x' or {0})",
    n=NUMBERS, m=NUMBERS, d=DATES, e=DATES,
)  # fmt: skip
PYTHON: dict[str, Any] = {
    **{name: function.run for name, function in FUNCTIONS.items()},
    **VALUES,
    "__builtins__": {},
    "age": lambda born: age(VALUES["today"], born),
    "given": lambda value: value is not None,
    "date": date.fromisoformat,
    "len": len,
    "min": min,
    "max": max,
}


class _Exact(ast.NodeTransformer):
    """Numbers as decimals, as the engine computes them."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return (
            node
            if isinstance(node.value, str)
            else ast.Call(ast.Name("Decimal", ast.Load()), [ast.Constant(str(node.value))], [])
        )


@settings(max_examples=400, deadline=None)
@given(TRUTHS)
def test_what_it_computes_is_what_python_computes(text: str) -> None:
    try:
        expression = compile_expression(text, KINDS, EMPTY, BOOL)
    except Refused as refused:
        assume(refused.key not in ("expression.long", "expression.deep"))
        raise
    tree = ast.fix_missing_locations(_Exact().visit(ast.parse(text, mode="eval")))
    assert expression.run(VALUES) == eval(compile(tree, "", "eval"), {**PYTHON, "Decimal": Decimal})


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=600))
def test_no_text_breaks_it(text: str) -> None:
    try:
        compile_expression(text, KINDS, EMPTY)
    except Refused:
        return


def test_the_longest_expression_over_the_largest_group_is_quick() -> None:
    text = "any(dogs, " + " and ".join(["weight * count_ < 100000"] * 13) + ")"
    expression = compile_expression(text, KINDS)
    many = {**VALUES, "dogs": VALUES["dogs"][:1] * 30}
    began = time.process_time()
    for _turn in range(20):
        expression.run(many)
    assert (time.process_time() - began) / 20 < 0.05
