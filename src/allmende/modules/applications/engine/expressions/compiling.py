# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the text of an expression to a checked function. Python's syntax, but only what stands here: no attributes, no other calls.

An answer that may be empty is read only where ``given(name)`` has been asked first, so an expression never meets an empty value.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from keyword import kwlist
from typing import Any

from allmende.modules.applications.engine.expressions.functions import FUNCTIONS, Function
from allmende.modules.applications.engine.expressions.kinds import BOOL, DATE, MONEY, NUMBER, ORDERED, TEXT, Kind
from allmende.modules.applications.engine.problems import Refused

LONGEST = 400
"""Characters of an expression."""
DEEPEST = 16
"""Levels of nesting."""

TODAY = "today"
Scope = Mapping[str, Any]
"""The day under the name `today`, and the value of each answer."""
Run = Callable[[Scope], Any]
Names = frozenset[str]

COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
SUMS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {ast.Add: operator.add, ast.Sub: operator.sub}


@dataclass(frozen=True)
class Expression:
    """`run` takes a scope; `uses` are the answers it reads."""

    text: str
    kind: Kind
    uses: Names
    run: Run


@dataclass(frozen=True)
class Part:
    """A checked piece. `if_true` and `if_false` are the answers that are there when it is so."""

    kind: Kind
    run: Run
    literal: object = None
    if_true: Names = frozenset()
    if_false: Names = frozenset()


@dataclass(frozen=True)
class Compiler:
    """`kinds` of the answers, those that may be `empty`, and the names found in `uses`."""

    kinds: Mapping[str, Kind]
    empty: Names
    uses: set[str] = field(default_factory=set)
    inside: Names = frozenset()

    def part(self, node: ast.AST, depth: int = 0) -> Part:
        """The checked piece of a node. Raises Refused."""
        if depth > DEEPEST:
            raise Refused("expression.deep")
        read = READERS.get(type(node))
        if read is None:
            raise Refused("expression.syntax", found=type(node).__name__)
        return read(self, node, depth + 1)

    def of(self, node: ast.AST, depth: int, *kinds: Kind) -> Part:
        """The piece, which must be of one of these kinds."""
        part = self.part(node, depth)
        if part.kind not in kinds:
            raise Refused("expression.kind", found=part.kind.name, expected=kinds[0].name)
        return part

    def knowing(self, names: Names) -> "Compiler":
        """The same where these answers are known to be there."""
        return replace(self, empty=self.empty - names)


def compile_expression(text: str, kinds: Mapping[str, Kind], empty: Names = frozenset(), *expected: Kind) -> Expression:
    """Check and compile. Raises Refused with what is wrong."""
    if len(text) > LONGEST:
        raise Refused("expression.long", longest=LONGEST)
    if "\\" in text:
        raise Refused("expression.syntax", found="\\")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise Refused("expression.unreadable") from error
    compiler = Compiler({**kinds, TODAY: DATE}, empty)
    part = compiler.of(tree.body, 0, *expected) if expected else compiler.part(tree.body)
    return Expression(text, part.kind, frozenset(compiler.uses) - {TODAY}, part.run)


def _constant(_compiler: Compiler, node: ast.Constant, _depth: int) -> Part:
    value = node.value
    if isinstance(value, bool):
        return Part(BOOL, lambda _scope: value)
    if isinstance(value, (int, float)):
        number = Decimal(str(value))
        if not number.is_finite():
            raise Refused("expression.syntax", found=str(value))
        return Part(NUMBER, lambda _scope: number, literal=number)
    if isinstance(value, str):
        return Part(TEXT, lambda _scope: value, literal=value)
    raise Refused("expression.syntax", found=type(value).__name__)


def _name(compiler: Compiler, node: ast.Name, _depth: int) -> Part:
    name = node.id
    if name not in compiler.kinds:
        raise Refused("expression.name", name=name)
    if name in compiler.empty:
        raise Refused("expression.empty", name=name)
    if name not in compiler.inside:
        compiler.uses.add(name)
    return Part(compiler.kinds[name], operator.itemgetter(name))


def _bool(compiler: Compiler, node: ast.BoolOp, depth: int) -> Part:
    both = isinstance(node.op, ast.And)
    parts: list[Part] = []
    for value in node.values:
        known = frozenset[str]().union(*((part.if_true if both else part.if_false) for part in parts))
        parts.append(compiler.knowing(known).of(value, depth, BOOL))
    runs = [part.run for part in parts]
    run = (
        (lambda scope: all(each(scope) for each in runs)) if both else (lambda scope: any(each(scope) for each in runs))
    )
    union = frozenset[str]().union(*((part.if_true if both else part.if_false) for part in parts))
    common = frozenset.intersection(*((part.if_false if both else part.if_true) for part in parts))
    return Part(BOOL, run, if_true=union if both else common, if_false=common if both else union)


def _unary(compiler: Compiler, node: ast.UnaryOp, depth: int) -> Part:
    if isinstance(node.op, ast.Not):
        part = compiler.of(node.operand, depth, BOOL)
        return Part(BOOL, lambda scope: not part.run(scope), if_true=part.if_false, if_false=part.if_true)
    if isinstance(node.op, ast.USub):
        part = compiler.of(node.operand, depth, NUMBER, MONEY)
        literal = -part.literal if isinstance(part.literal, Decimal) else None
        return Part(part.kind, lambda scope: -part.run(scope), literal=literal)
    raise Refused("expression.syntax", found=type(node.op).__name__)


def _sum(compiler: Compiler, node: ast.BinOp, depth: int) -> Part:
    left = compiler.of(node.left, depth, NUMBER, MONEY)
    right = compiler.of(node.right, depth, NUMBER, MONEY)
    if isinstance(node.op, ast.Mult):
        if left.kind == right.kind == MONEY:
            raise Refused("expression.kind", found=MONEY.name, expected=NUMBER.name)
        kind = MONEY if MONEY in (left.kind, right.kind) else NUMBER
        return Part(kind, lambda scope: left.run(scope) * right.run(scope))
    if type(node.op) not in SUMS:
        raise Refused("expression.syntax", found=type(node.op).__name__)
    apply = SUMS[type(node.op)]
    kind = _common(left, right)
    return Part(kind, lambda scope: apply(left.run(scope), right.run(scope)))


def _common(left: Part, right: Part) -> Kind:
    """The kind of both; a number that is written down is also an amount of money."""
    if left.kind == right.kind:
        return left.kind
    if {left.kind, right.kind} == {NUMBER, MONEY} and (left if left.kind == NUMBER else right).literal is not None:
        return MONEY
    raise Refused("expression.kind", found=right.kind.name, expected=left.kind.name)


def _compare(compiler: Compiler, node: ast.Compare, depth: int) -> Part:
    if len(node.ops) != 1:
        raise Refused("expression.chained")
    compare, other = node.ops[0], node.comparators[0]
    if isinstance(compare, (ast.In, ast.NotIn)):
        return _member(compiler, node.left, other, depth, inverted=isinstance(compare, ast.NotIn))
    if type(compare) not in COMPARISONS:
        raise Refused("expression.syntax", found=type(compare).__name__)
    apply = COMPARISONS[type(compare)]
    left, right = compiler.part(node.left, depth), compiler.part(other, depth)
    if "enum" in (left.kind.name, right.kind.name) and isinstance(compare, (ast.Eq, ast.NotEq)):
        chosen, word = (left, right) if left.kind.name == "enum" else (right, left)
        _is_option(word, chosen.kind)
    else:
        kind = _common(left, right)
        if isinstance(compare, (ast.Eq, ast.NotEq)):
            if kind not in (*ORDERED, TEXT, BOOL):
                raise Refused("expression.kind", found=kind.name, expected=TEXT.name)
        elif kind not in ORDERED:
            raise Refused("expression.kind", found=kind.name, expected=NUMBER.name)
    return Part(BOOL, lambda scope: apply(left.run(scope), right.run(scope)))


def _is_option(word: Part, kind: Kind) -> None:
    if not isinstance(word.literal, str):
        raise Refused("expression.kind", found=word.kind.name, expected=TEXT.name)
    if word.literal not in kind.options:
        raise Refused("expression.option", option=word.literal, options=sorted(kind.options))


def _member(compiler: Compiler, left: ast.AST, right: ast.AST, depth: int, *, inverted: bool) -> Part:
    """``art in ['a', 'b']`` of an enum or a text, or ``'a' in wishes`` of a list."""
    item = compiler.part(left, depth)
    if isinstance(right, ast.List):
        words = [compiler.of(word, depth, TEXT) for word in right.elts]
        for word in words:
            _is_option(word, item.kind if item.kind.name == "enum" else Kind("enum", frozenset({str(word.literal)})))
        if item.kind.name not in ("enum", "text"):
            raise Refused("expression.kind", found=item.kind.name, expected=TEXT.name)
        several = frozenset(str(word.literal) for word in words)
        return Part(BOOL, lambda scope: (item.run(scope) in several) is not inverted)
    chosen = compiler.part(right, depth)
    if chosen.kind.name != "list":
        raise Refused("expression.kind", found=chosen.kind.name, expected="list")
    _is_option(item, chosen.kind)
    return Part(BOOL, lambda scope: (item.run(scope) in chosen.run(scope)) is not inverted)


def _call(compiler: Compiler, node: ast.Call, depth: int) -> Part:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        raise Refused("expression.syntax", found="**")
    if name in FUNCTIONS:
        return _plain_call(compiler, name, FUNCTIONS[name], node.args, depth)
    if name not in SPECIAL:
        raise Refused("expression.function", name=name or type(node.func).__name__)
    return SPECIAL[name](compiler, name, node.args, depth)


def _plain_call(compiler: Compiler, name: str, function: Function, arguments: list[ast.expr], depth: int) -> Part:
    _counted(name, arguments, len(function.takes))
    runs = [compiler.of(node, depth, kind).run for node, kind in zip(arguments, function.takes, strict=True)]
    call = function.run
    if function.dated:
        return Part(function.gives, lambda scope: call(scope[TODAY], *(run(scope) for run in runs)))
    return Part(function.gives, lambda scope: call(*(run(scope) for run in runs)))


def _counted(name: str, arguments: list[ast.expr], *allowed: int) -> None:
    if len(arguments) not in allowed:
        raise Refused("expression.arguments", name=name, count=" / ".join(str(count) for count in allowed))


def _date(_compiler: Compiler, name: str, arguments: list[ast.expr], _depth: int) -> Part:
    _counted(name, arguments, 1)
    written = arguments[0].value if isinstance(arguments[0], ast.Constant) else None
    try:
        day = date.fromisoformat(str(written))
    except ValueError as error:
        raise Refused("expression.date", found=str(written)) from error
    return Part(DATE, lambda _scope: day)


def _given(compiler: Compiler, name: str, arguments: list[ast.expr], _depth: int) -> Part:
    _counted(name, arguments, 1)
    asked = arguments[0].id if isinstance(arguments[0], ast.Name) else ""
    if asked not in compiler.kinds:
        raise Refused("expression.name", name=asked or type(arguments[0]).__name__)
    if asked not in compiler.inside:
        compiler.uses.add(asked)
    return Part(BOOL, lambda scope: scope.get(asked) is not None, if_true=frozenset({asked}))


def _len(compiler: Compiler, name: str, arguments: list[ast.expr], depth: int) -> Part:
    _counted(name, arguments, 1)
    part = compiler.part(arguments[0], depth)
    if part.kind.name not in ("text", "list", "group", "file"):
        raise Refused("expression.kind", found=part.kind.name, expected="list")
    return Part(NUMBER, lambda scope: Decimal(len(part.run(scope))))


def _extreme(compiler: Compiler, name: str, arguments: list[ast.expr], depth: int) -> Part:
    if len(arguments) < 2:
        raise Refused("expression.arguments", name=name, count="2 …")
    parts = [compiler.of(node, depth, *ORDERED) for node in arguments]
    kind = parts[0].kind
    for part in parts[1:]:
        kind = _common(parts[0], part)
    runs = [part.run for part in parts]
    pick: Callable[..., Any] = min if name == "min" else max
    return Part(kind, lambda scope: pick(run(scope) for run in runs))


def _over_group(compiler: Compiler, name: str, arguments: list[ast.expr], depth: int) -> Part:
    """``any(dogs, dangerous)``: the second argument is read once for each item, in which its fields are names."""
    _counted(name, arguments, *((1, 2) if name == "count" else (2,)))
    items = compiler.part(arguments[0], depth)
    if items.kind.name != "group":
        raise Refused("expression.kind", found=items.kind.name, expected="group")
    if compiler.inside:
        raise Refused("expression.nested", name=name)
    if len(arguments) == 1:
        return Part(NUMBER, lambda scope: Decimal(len(items.run(scope))))
    fields = dict(items.kind.fields)
    within = replace(
        compiler,
        kinds={**compiler.kinds, **fields},
        empty=(compiler.empty - fields.keys()) | items.kind.empty,
        inside=frozenset(fields),
    )
    part = within.of(arguments[1], depth, *((NUMBER, MONEY) if name == "sum" else (BOOL,)))
    return _folded(name, items.run, part)


def _folded(name: str, items: Run, part: Part) -> Part:
    def values(scope: Scope) -> "list[Any]":
        return [part.run({**scope, **item}) for item in items(scope)]

    if name == "any":
        return Part(BOOL, lambda scope: any(values(scope)))
    if name == "all":
        return Part(BOOL, lambda scope: all(values(scope)))
    if name == "count":
        return Part(NUMBER, lambda scope: Decimal(sum(values(scope))))
    return Part(part.kind, lambda scope: sum(values(scope), Decimal(0)))


READERS: Mapping[type[ast.AST], Callable[[Compiler, Any, int], Part]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.BoolOp: _bool,
    ast.UnaryOp: _unary,
    ast.BinOp: _sum,
    ast.Compare: _compare,
    ast.Call: _call,
}
SPECIAL: Mapping[str, Callable[[Compiler, str, list[ast.expr], int], Part]] = {
    "date": _date,
    "given": _given,
    "len": _len,
    "min": _extreme,
    "max": _extreme,
    "sum": _over_group,
    "count": _over_group,
    "any": _over_group,
    "all": _over_group,
}
RESERVED = frozenset({TODAY, *FUNCTIONS, *SPECIAL, *kwlist})
"""Names that no slot may have."""
