# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The picture of a flow."""

from typing import Any
from xml.etree import ElementTree as ET

from allmende.modules.applications.engine.diagram import mermaid, svg
from allmende.modules.applications.engine.model import Flow

NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_every_step_and_every_way_is_in_the_mermaid_text(lindental: dict[str, Flow]) -> None:
    for flow in lindental.values():
        lines = mermaid(flow, "de").splitlines()
        assert lines[0] == "flowchart TD"
        assert len(lines) == 1 + len(flow.steps) + len(list(flow.edges))
        assert all(line.count('"') in (0, 2) for line in lines)


def test_a_condition_stands_at_its_way_and_a_rejection_is_dotted(small: Any, compiled: Any) -> None:
    text = mermaid(compiled(small).flow, "en")
    assert "s1 -->|\"art == 'erweitert'\"| s2" in text
    assert 's3 -.->|"age(geburtsdatum) #lt; 16"| s6' in text


def test_the_svg_holds_a_box_for_each_step_below_those_that_lead_to_it(lindental: dict[str, Flow]) -> None:
    for flow in lindental.values():
        root = ET.fromstring(svg(flow, "de"))
        assert root.get("role") == "img"
        assert root.findtext(f"{NAMESPACE}title") == flow.name["de"]
        boxes = {group[1].text: group[0] for group in root.iter(f"{NAMESPACE}g")}
        assert set(boxes) == set(flow.steps)
        for edge in flow.edges:
            assert float(boxes[edge.step].get("y", "")) < float(boxes[edge.target].get("y", ""))
        assert "style=" not in svg(flow, "de")
        corners = [(box.get("x"), box.get("y")) for box in boxes.values()]
        assert len(set(corners)) == len(corners)


def test_a_text_of_the_file_stays_text_in_the_svg(small: Any, compiled: Any) -> None:
    spoilt = small | {"name": {"de": "</title><script>x</script>", "en": "x"}}
    root = ET.fromstring(svg(compiled(spoilt).flow, "de"))
    assert root.findtext(f"{NAMESPACE}title") == "</title><script>x</script>"
    assert not list(root.iter(f"{NAMESPACE}script"))
