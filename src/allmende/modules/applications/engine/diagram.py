# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A flow as a picture: as Mermaid text, and as SVG for pages that load nothing else."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from allmende.modules.applications.engine.model import Edge, Flow, Step

SHAPES = {"say": ("[", "]"), "collect": ("(", ")"), "review": ("{{", "}}"), "link": ("[", "]"), "action": ("([", "])")}
LONGEST = 36
"""Characters of a text inside a box."""
WIDTH, HEIGHT, GAP, RISE, LANE = 300, 52, 24, 48, 14
"""Box, the space between boxes and rows, and the width of a lane, in units of the picture."""


def mermaid(flow: Flow, language: str) -> str:
    """A flowchart; conditions stand at their ways."""
    lines = ["flowchart TD"]
    for number, step in enumerate(flow.steps.values()):
        opens, closes = SHAPES[step.kind]
        lines.append(f'  s{number}{opens}"{_quoted(_said(step, language))}"{closes}')
    numbers = {name: number for number, name in enumerate(flow.steps)}
    for edge in flow.edges:
        told = f'|"{_quoted(_condition(edge))}"|' if edge.condition else ""
        arrow = "-.->" if edge.rejects else "-->"
        target = f"s{numbers[edge.target]}" if edge.target in numbers else "e((END))"
        lines.append(f"  s{numbers[edge.step]} {arrow}{told} {target}")
    return "\n".join(lines) + "\n"


def svg(flow: Flow, language: str) -> str:
    """Boxes in rows, each below all that lead to it. Raises ValueError for a flow with a loop."""
    rows = _rows(flow)
    lanes = _lanes(flow, rows)
    places = _places(flow, rows, GAP + LANE * len(lanes))
    width = max(x for x, _y in places.values()) + WIDTH + GAP
    height = max(y for _x, y in places.values()) + HEIGHT + GAP
    title = escape(flow.name.get(language) or flow.id)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-size="13"'
        f' font-family="sans-serif" fill="none" stroke="currentColor"><title>{title}</title>',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="currentColor"/></marker></defs>',
        *_arrows(flow, places, lanes),
        *(_box(step, language, *places[step.id]) for step in flow.steps.values() if step.id in places),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rows(flow: Flow) -> dict[str, int]:
    """The row of each step that is reached: one below the last that leads to it."""
    rows: dict[str, int] = {flow.start: 0}
    for name in flow.order:
        for edge in flow.steps[name].edges:
            rows[edge.target] = max(rows.get(edge.target, 0), rows[name] + 1)
    return rows


def _lanes(flow: Flow, rows: Mapping[str, int]) -> dict[str, int]:
    """Targets that are reached over more than one row, each with a lane of its own left of the boxes."""
    far = [edge.target for name in flow.order for edge in flow.steps[name].edges if rows[edge.target] > rows[name] + 1]
    return {target: GAP // 2 + LANE * number for number, target in enumerate(dict.fromkeys(far))}


def _places(flow: Flow, rows: Mapping[str, int], left: int) -> dict[str, tuple[int, int]]:
    """Left upper corner of each box."""
    filled: dict[int, int] = defaultdict(int)
    places = {}
    for name in flow.order:
        places[name] = (left + filled[rows[name]] * (WIDTH + GAP), GAP + rows[name] * (HEIGHT + RISE))
        filled[rows[name]] += 1
    return places


def _box(step: Step, language: str, x: int, y: int) -> str:
    rounded = HEIGHT // 2 if step.kind == "action" else 6
    second = f'<text x="{x + 12}" y="{y + 40}" stroke="none" fill="currentColor">{escape(_said(step, language))}</text>'
    return (
        f'<g><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="{rounded}"/>'
        f'<text x="{x + 12}" y="{y + 20}" stroke="none" fill="currentColor" font-weight="bold">{escape(step.id)}</text>{second}</g>'
    )


def _arrows(flow: Flow, places: Mapping[str, tuple[int, int]], lanes: Mapping[str, int]) -> Iterator[str]:
    for edge in flow.edges:
        if edge.step not in places or edge.target not in places:
            continue
        (x, y), (to_x, to_y) = places[edge.step], places[edge.target]
        x, y, to_x = x + WIDTH // 2, y + HEIGHT, to_x + WIDTH // 2
        dashed = ' stroke-dasharray="5 4"' if edge.rejects else ""
        told = f"<title>{escape(_condition(edge))}</title>" if edge.condition else ""
        way = f"M{x} {y}C{x} {y + RISE} {to_x} {to_y - RISE} {to_x} {to_y}"
        if to_y > y + RISE:  # past the rows between, through the spaces between boxes
            x = x - LANE if edge.rejects else x + LANE
            way = f"M{x} {y}V{y + RISE // 3}H{lanes[edge.target]}V{to_y - RISE // 2}H{to_x}V{to_y}"
        yield f'<path d={quoteattr(way)} marker-end="url(#arrow)"{dashed}>{told}</path>'


def _said(step: Step, language: str) -> str:
    said = step.ask or step.say
    text = " ".join((said.get(language) or step.action or ", ".join(step.confirm)).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _condition(edge: Edge) -> str:
    return edge.condition.text if edge.condition else ""


def _quoted(text: str) -> str:
    """A text inside quotation marks of Mermaid."""
    return (
        escape(text.replace("#", "#35;"), {'"': "#quot;"})
        .replace("&lt;", "#lt;")
        .replace("&gt;", "#gt;")
        .replace("&amp;", "#amp;")
    )
