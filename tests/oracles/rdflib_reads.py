"""DCAT: read the catalogue as a graph, and ask it for datasets and files. Arguments: release, folder."""

import sys
from pathlib import Path

from rdflib import Graph
from said import verdict

BASE = "https://example.org/release/"
graph = Graph()
text = (Path(sys.argv[1]) / "exports" / "catalogue.jsonld").read_text(encoding="utf-8")
graph.parse(data=text, format="json-ld", publicID=BASE + "exports/catalogue.jsonld")
names = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
ask = lambda query: sorted([str(cell) for cell in row] for row in graph.query(names + query))  # noqa: E731
verdict(sys.argv[2], {
    "datasets": ask("SELECT ?name WHERE { ?c a dcat:Catalog; dcat:dataset ?d . ?d a dcat:Dataset; dct:identifier ?name }"),
    "files": [url.removeprefix(BASE) for (url,) in ask("SELECT ?url WHERE { ?d dcat:distribution ?f . ?f dcat:downloadURL ?url }")],
    "titles": ask("SELECT ?t (lang(?t) AS ?l) WHERE { ?c a dcat:Catalog; dct:title ?t }"),
    "months": ask("SELECT DISTINCT ?a ?b WHERE { ?d dct:temporal ?p . ?p dcat:startDate ?a; dcat:endDate ?b }"),
})  # fmt: skip
