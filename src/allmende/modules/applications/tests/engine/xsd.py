# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The XSD of a data schema, made here as FIM's portal makes its own: elements named by ids, qualified, in the order of the data schema."""

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from allmende.modules.applications.engine.fim.reading import CodeLists, Node

TYPES: Mapping[str, str] = {
    "date": "xs:date",
    "bool": "xs:boolean",
    "num": "xs:decimal",
    "num_int": "xs:integer",
    "num_currency": "xs:decimal",
}
FACETS: Mapping[str, str] = {
    "minLength": "minLength",
    "maxLength": "maxLength",
    "minValue": "minInclusive",
    "maxValue": "maxInclusive",
}


def xsd_of(schema: Node, namespace: str, root: str, code_lists: CodeLists) -> str:
    return f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" targetNamespace={quoteattr(namespace)}>
<xs:element name={quoteattr(root)}>{_inside(schema, code_lists)}</xs:element></xs:schema>"""


def _inside(node: Node, code_lists: CodeLists) -> str:
    told = "".join(_element(child, code_lists) for child in node.children if child.art != "label" and child.id)
    return f"<xs:complexType><xs:sequence>{told}</xs:sequence></xs:complexType>"


def _element(node: Node, code_lists: CodeLists) -> str:
    least = 0 if node.art in ("hidden", "locked") else node.least
    most = "unbounded" if node.most is None else node.most
    inside = _inside(node, code_lists) if node.group else _simple(node, code_lists)
    return f'<xs:element name="{node.id}" minOccurs="{least}" maxOccurs="{most}">{inside}</xs:element>'


def _simple(node: Node, code_lists: CodeLists) -> str:
    codes = node.values or code_lists.get(node.code_list, ())
    facets = "".join(f"<xs:enumeration value={quoteattr(code)}/>" for code, _name in codes) or "".join(
        f"<xs:{FACETS[name]} value={quoteattr(value)}/>" for name, value in node.bounds.items() if name in FACETS
    )
    base = TYPES.get(node.datatype, "xs:string")
    return f'<xs:simpleType><xs:restriction base="{base}">{facets}</xs:restriction></xs:simpleType>'
