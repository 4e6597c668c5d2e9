"""The report as a page: one file that needs no network, works without its script, and shows texts as texts."""

from __future__ import annotations

from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from conformance.contract.verdict import Verdict
from conformance.reports.document import Report
from conformance.reports.explanation import explanation_named
from conformance.reports.page.anchors import Anchors
from conformance.reports.page.configuration import tables_of
from conformance.reports.page.contract import contract_of
from conformance.reports.page.costs import costs_of
from conformance.reports.page.deployments import claims_of, deployments_of
from conformance.reports.page.entries import entries_of
from conformance.reports.page.exchanges import ShownExchanges
from conformance.reports.page.findings import Findings, reasons
from conformance.reports.page.marks import KNOWN, MARKS, SEVERITY, mark_of
from conformance.reports.page.matrix import matrix_of, tallies_of
from conformance.reports.page.media import HEIGHT, WIDTH, pictures, streams
from conformance.reports.page.outcome import outcome_of
from conformance.reports.page.script import script
from conformance.reports.page.text import Allowance, visible, with_code
from conformance.reports.page.undecided import preview_of, undecided_of

MOST_OF_FINDINGS: Final = 2_500_000
"""Characters, escaped. The bounds of all sections together keep the page below 15 MB, whatever a DIAL answers."""
MOST_OF_EXCHANGES: Final = 4_000_000
MOST_OF_CONFIGURATIONS: Final = 1_000_000
MOST_OF_PICTURES: Final = 1_000_000
MOST_OF_CLAIMS: Final = 1_000_000

SECTIONS: Final = {
    "violated": "Violated",
    "harness-errors": "Harness errors",
    "known": "Known already",
    "advisory": "Advisory",
    "undecided": "Could not be decided",
    "never-decided": "Never decided",
    "preview": "Preview",
    "matrix": "Matrix",
    "deployments": "Deployments",
    "claims": "Claims",
    "configuration": "Configuration",
    "pictures": "Pictures",
    "streams": "Streams",
    "costs": "Costs",
    "requirements": "Requirements",
    "exchanges": "Exchanges",
    "skipped": "Not asked, not recorded, not claimed",
    "contract": "The contract",
}
"""The sections of the page by their ids, in their order."""

_RESERVED: Final = (
    *("top", "sections", "search", "found", "show-must", "show-should"),
    *(f"show-{one.style}" for one in SEVERITY),
    *SECTIONS,
)
"""The ids that the template gives; a requirement of that name gets none."""

_FINDINGS: Final = {
    "violated": MARKS[Verdict.VIOLATED],
    "harness-errors": MARKS[Verdict.HARNESS_ERROR],
    "known": KNOWN,
    "advisory": MARKS[Verdict.ADVISORY],
}
_UNDECIDED: Final = (MARKS[Verdict.COULD_NOT_RUN], MARKS[Verdict.NOT_PROVEN], MARKS[Verdict.OVER_BUDGET])
_SKIPPED: Final = (MARKS[Verdict.NOT_ASKED], MARKS[Verdict.NOT_RECORDED], MARKS[Verdict.NOT_CLAIMED])


def page(report: Report) -> str:
    """Write a report as a page.

    Args:
        report: The report. Its texts are from strangers: they are escaped, and cut where there are too many.

    Returns:
        One HTML document, without references to anything outside of it.
    """
    template = templates().get_template("page.html")
    return template.render(run=report.run, sections=SECTIONS, **_content(report))


def templates(package: str = "conformance.reports") -> Environment:
    """Return what fills the templates of a page, so that a text from a stranger is shown as a text.

    Args:
        package: Its folder `page` is looked into first; then that of the report, which has the style.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(one, "page") for one in dict.fromkeys((package, "conformance.reports"))]),
        autoescape=True,
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"count": "{:,}".format, "with_code": with_code}
    return environment


def _content(report: Report) -> dict[str, Any]:
    """Lay out the sections; the order is that in which they take the ids that others link to."""
    anchors = Anchors(reserved=_RESERVED)
    exchanges_shown = ShownExchanges(report.exchanges, anchors, Allowance(MOST_OF_EXCHANGES))
    layout = Findings(report, anchors, exchanges_shown, Allowance(MOST_OF_FINDINGS))
    findings = {name: layout.of(mark) for name, mark in _FINDINGS.items()}
    exchanges = tuple(exchanges_shown.rest())
    tallies = tallies_of(report)
    used = {mark_of(one) for one in report.results}
    return {
        "script": script(),
        "filters": {"marks": [one for one in SEVERITY if one in used], "of": _FINDINGS},
        "contract": contract_of((one.source for one in report.requirements), anchors),
        "outcome": outcome_of(report),
        "findings": findings,
        "entries": entries_of(report, tallies, anchors),
        "undecided": reasons(report.results, _UNDECIDED, anchors),
        "never_decided": undecided_of(report, anchors),
        "preview": preview_of(report, anchors),
        "skipped": reasons(report.results, _SKIPPED, anchors),
        "explained": explanation_named,
        "matrix": matrix_of(report, tallies, anchors),
        "deployments": deployments_of(report),
        "deployments_in_all": len(report.deployments),
        "claims": claims_of(report, anchors, Allowance(MOST_OF_CLAIMS)),
        "tables": tables_of(report, anchors, Allowance(MOST_OF_CONFIGURATIONS)),
        "pictures": pictures(report.exchanges, anchors, Allowance(MOST_OF_PICTURES)),
        "streams": streams(report.exchanges, anchors),
        "timeline": (WIDTH, HEIGHT),
        "costs": costs_of(report),
        "exchanges": exchanges,
        "exchanges_left_out": exchanges_shown.left_out,
    }
