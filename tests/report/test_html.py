"""The page: what it says, that it is whole and stands alone, and that no text from a stranger is more than a text."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.verdict import ExitCode, Verdict
from conformance.reports.document import (
    Report,
    ReportedDeployment,
    ReportedExchange,
    ReportedPicture,
    ReportedPlan,
)
from conformance.reports.html import page
from conformance.reports.page.script import script
from tests.conftest import Serve
from tests.report.made_up import HOSTILE, report, result
from tests.report.reading_html import Page, read_page
from tests.running import CORE_18, CORE_25, DALLE3, Suite
from tests.served_set import KEY, OTHER_KEY

MEGABYTE: Final = 1_000_000
THUMBNAIL: Final = base64.b64encode(b"\x89PNG made up").decode()


def shown(**said: Any) -> Page:
    """The page of a report with one violation."""
    return read_page(page(report([result(**said)])))


def exchange(**said: Any) -> ReportedExchange:
    headers = (("content-type", "application/json"),)
    plain: dict[str, Any] = {
        "method": "POST",
        "path": "/openai/deployments/d/chat/completions",
        "request_headers": (("Api-Key", "$DIAL_API_KEY"),),
        "request_body": '{"n":1}',
        "status": 200,
        "headers": headers,
        "body": '{"a":{"b":[1,2.50]}}',
        "size": 20,
        "seconds": 0.25,
        "dollars": "$0.04",
        "curl": "curl -sS again",
    }
    return ReportedExchange(**{**plain, **said})


def full(text: str = "text") -> Report:
    """A report with something in every section, in which each text that may come from a stranger is the same."""
    named: dict[str, Any] = {"deployment": text, "exchanges": (f"d/refused.{text}",), "sentence": text, "case": text}
    named["twin"] = f"d/accepted.{text}"
    told: dict[str, Any] = {"expected": text, "got": text, "curl": text, "hint": text}
    results = [
        *(result(one, **named, **told, reason=text) for one in Verdict),
        result(**named, **told, known=text),
        result(**{**named, "deployment": None}, requirement="INFO-01"),
        result(**{**named, "case": "c"}, requirement="CHAT-12", pointer=f"/{text}", keywords=("type", text)),
    ]
    picture = ReportedPicture(text, 10, 20, asked=text, thumbnail=THUMBNAIL)
    headers = ((text, text),)
    exchanges = {
        f"d/refused.{text}": exchange(
            method=text, path=text, request_headers=headers, headers=headers, body=text, curl=text, dollars=""
        ),
        f"d/accepted.{text}": exchange(path=text, request_body='{"n":2}', headers=headers, dollars=""),
        "d/picture": exchange(picture=picture, body=""),
        "d/streamed": exchange(request_body=text, chunks=((0.1, 5), (0.3, 9), (0.9, 2))),
    }  # fmt: skip
    run = {"began": text, "mode": text, "recorded": text, "suite": text, "core": text, "dial": text, "shard": text}
    made = report(results, notes=(text,), **run)
    return replace(
        made,
        plan=replace(made.plan, dollars=text),
        requirements=tuple(replace(one, sentence=text, source=text) for one in made.requirements),
        deployments=(ReportedDeployment(text, text, features={text: True}, schema={text: text, "title": text}),),
        exchanges=exchanges,
    )


def test_each_requirement_is_explained_once() -> None:
    written = page(report([result(), result(Verdict.PASSED, requirement="INFO-01", deployment=None)]))
    assert written.count('<details class="explained">') == 2
    assert "Check the configuration against your own schema before you call the upstream" in written
    assert '<details class="explained">' not in page(report([result(Verdict.PASSED, requirement="OTHER-01")]))


def structure(read: Page) -> list[str]:
    """The elements of a page; code is left out, because backticks in a sentence make some."""
    return [one for one in read.tags if one != "code"]


def test_every_verdict_is_shown() -> None:
    read = read_page(page(report()))
    assert [one for one in Verdict if f"1 {one}" not in read.text] == []


def test_a_violation_is_explained() -> None:
    read = shown(case="quality=42", hint="a fault of 0.18")
    for text in ("CHAT-05", "MUST", "A forbidden value is refused.", "quality=42", "400", "200 application/json {}"):
        assert text in read.text
    assert "1 of 1 MUST is violated: CHAT-05." in read.text
    assert "a fault of 0.18" in read.text
    assert "curl -sS" in read.text


def test_anchors_are_those_that_a_ticket_can_name() -> None:
    read = read_page(page(report([result(deployment="dall-e-3"), result(Verdict.PASSED, requirement="CHAT-06")])))
    assert {"CHAT-05", "CHAT-05-dall-e-3", "CHAT-06", "matrix"} <= set(read.ids)
    assert any("violated" in text for text in read.texts_of("CHAT-05-dall-e-3"))


def test_what_the_baseline_knows_is_known_with_its_reason() -> None:
    read = shown(known="an old bug, TICKET-7")
    assert "an old bug, TICKET-7" in read.text
    assert "1 known" in read.text
    assert "1 violated" not in read.text
    assert "No violation of 1 MUST is new: all are known to the baseline." in read.text
    assert "Known already: CHAT-05." in read.text


@pytest.mark.parametrize("code", [*ExitCode, 5])
def test_every_exit_code_is_explained(code: int) -> None:
    assert f"Exit code {int(code)}: " in read_page(page(report(exit_code=int(code)))).text


def test_an_empty_report_is_a_page() -> None:
    read = read_page(page(report([], exit_code=5)))
    assert "No MUST was decided." in read.text


def test_reasons_are_grouped() -> None:
    results = [result(Verdict.COULD_NOT_RUN, case=f"c={n}", reason=f"CONF-01: no schema: {n}") for n in range(30)]
    read = read_page(page(report(results, exit_code=10)))
    assert "30 checks came to no decision: the reasons are below." in read.text
    assert "CONF-01: no schema: 0 (and 29 more like this)" in read.text


def test_a_requirement_that_a_reason_names_is_a_link_to_it() -> None:
    broken = [result(requirement="CONF-05"), result(Verdict.PASSED, requirement="STRM-04")]
    reasons = {"CHAT-05": "CONF-01, 04, 05 or 06: there is no schema", "STRM-06": "STRM-04: an index is missing"}
    waiting = [result(Verdict.COULD_NOT_RUN, requirement=name, reason=why) for name, why in reasons.items()]
    read = read_page(page(report([*broken, *waiting])))
    assert "05" in read.texts_of("CONF-05")
    assert "STRM-04" in read.texts_of("STRM-04")
    assert reasons["CHAT-05"] in read.text
    assert "CONF-01" not in {target for target, _ in read.links}


def test_an_exchange_is_shown_whole_and_once() -> None:
    made = report([result(), result(Verdict.PASSED, requirement="CHAT-06", exchanges=("d/refused",))])
    read = read_page(page(replace(made, exchanges={"d/refused": exchange()})))
    assert '{\n  "a": {\n    "b": [\n      1,\n      2.50\n    ]\n  }\n}' in read.text
    assert "Api-Key: $DIAL_API_KEY" in read.text
    assert "curl -sS again" in read.text
    assert read.ids.count("exchange-d~2f~refused") == 1
    assert read.texts_of("exchange-d~2f~refused") == ["d/refused", "d/refused"], "one link for each requirement"


@pytest.mark.parametrize(
    ("verdict", "status", "word"),
    [
        (Verdict.PASSED, 400, "1 refused"),
        (Verdict.PASSED, None, "1 refused"),
        (Verdict.VIOLATED, 200, "1 accepted"),
        (Verdict.VIOLATED, None, "1 accepted"),
        (Verdict.VIOLATED, 500, "1 5xx"),
        (Verdict.VIOLATED, 403, "1 403"),
        (Verdict.NOT_PROVEN, 400, "1 not proven"),
        (Verdict.COULD_NOT_RUN, None, "1 could not run"),
    ],
)
def test_a_configuration_is_told_by_what_the_deployment_did(verdict: Verdict, status: int | None, word: str) -> None:
    case = result(verdict, case="quality=42", pointer="/quality", keywords=("anyOf",), exchanges=("d/refused",))
    exchanges = {} if status is None else {"d/refused": exchange(status=status)}
    read = read_page(page(replace(report([case]), exchanges=exchanges)))
    table = read.text.partition("what the deployment did.")[2].partition("Requirements")[0]
    assert [text for text in ("/quality", "anyOf", word) if text not in table] == []


def test_a_fault_at_the_root_is_one_of_the_whole() -> None:
    assert "(the whole)" in shown(case="{}", keywords=("required",)).text


def test_deployments_that_did_the_same_share_a_table() -> None:
    cases = [result(Verdict.PASSED, deployment=f"d{n}", case="a=1", pointer="/a", keywords=("type",)) for n in range(9)]
    assert "d0, d1, d2, d3, d4, d5 and 3 more" in read_page(page(report(cases))).text


def test_a_picture_is_shown_with_both_sizes() -> None:
    picture = ReportedPicture("image/png", 512, 512, asked="1024x1024", thumbnail=THUMBNAIL)
    read = read_page(page(replace(report(), exchanges={"d/image": exchange(picture=picture, body="")})))
    assert read.pictures == [f"data:image/png;base64,{THUMBNAIL}"]
    assert "asked 1024x1024" in read.text
    assert "is 512x512, not as asked" in read.text


def test_a_stream_is_a_timeline() -> None:
    streamed = exchange(chunks=((0.1, 5), (0.4, 9), (0.5, 2)), size=16)
    read = read_page(page(replace(report(), exchanges={"d/streamed": streamed})))
    assert "3 chunks, 16 bytes, first after 100 ms, last after 500 ms, longest pause 300 ms" in read.text
    assert read.tags.count("rect") == 3


def test_the_costs_come_to_the_sum_that_the_head_says() -> None:
    made = replace(report(), exchanges={"d/a": exchange(), "d/b": exchange(dollars="$0.002")})
    table = page(made).partition("by the prices of the listing")[2].partition("</table>")[0]
    assert made.plan.dollars == "$0.12"
    assert re.findall(r"<t[hd][^>]*>([^<]*)<", table)[5:] == [
        *("d", "2", "$0.042", "$0.04"),
        *("not kept in this report, or without a price", "1", "$0.078", ""),
        *("all together", "3", "$0.12", ""),
    ]


@pytest.mark.parametrize("plan", [ReportedPlan(1, 1, 1, 1), ReportedPlan(1, 1, 1, 1, "a lot")])
def test_costs_without_a_sum_are_no_mistake(plan: ReportedPlan) -> None:
    read_page(page(replace(report(), plan=plan, exchanges={"d/a": exchange(), "d/b": exchange(dollars="")})))
    read_page(page(replace(report(), plan=plan)))


def test_the_source_is_a_link_to_what_the_contract_says() -> None:
    made = report([result()])
    cites = "DIAL-4.3-9, DIAL-NOTEBOOK-7; dial-api 4.3, 8.13; RFC 9110 section 8.3.1"
    read = read_page(page(replace(made, requirements=(replace(made.requirements[0], source=cites),))))
    assert set(read.texts_of("contract-4.3")) == {"DIAL-4.3-9", "dial-api 4.3"}
    assert set(read.texts_of("contract-8")) == {"8.13"}
    assert "contract-5" not in read.ids, "only what is cited"
    assert "A refusal is 400 or 422, both in use for the same mistake." in read.text
    assert 'href="https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1"' in page(
        replace(made, requirements=(replace(made.requirements[0], source=cites),))
    )


def test_a_violation_stands_beside_what_was_accepted() -> None:
    made = report([result(case="n=1", twin="d/accepted")])
    exchanges = {
        "d/refused": exchange(request_body='{"model":"d","n":1}'),
        "d/accepted": exchange(request_body='{"model":"d"}', status=201),
    }
    html = page(replace(made, exchanges=exchanges))
    table = html.partition('<table class="twins">')[2].partition("</table>")[0]
    assert '<tr class="differs"><td><code>  </code></td><td><code>+   &#34;n&#34;: 1</code></td></tr>' in table
    assert table.count("differs") == 2, "the line, and the answer"
    assert "answered <code>201 application/json</code></td><td>answered <code>200 application/json</code>" in table
    assert read_page(html).ids.count("exchange-d~2f~accepted") == 1


@pytest.mark.parametrize("twin", ["d/refused", "d/not-kept", ""])
def test_what_has_no_twin_stands_alone(twin: str) -> None:
    made = replace(report([result(twin=twin)]), exchanges={"d/refused": exchange()})
    assert '<table class="twins">' not in page(made)


def test_no_configuration_is_said_in_words() -> None:
    read = shown(case="absent")
    assert "with no configuration" in read.text


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_only_a_text(text: str) -> None:
    read = read_page(page(full(text)))
    assert structure(read) == structure(read_page(page(full())))


@pytest.mark.long
@settings(max_examples=15, deadline=None)
@given(st.text(max_size=30) | st.text(alphabet="<>&\"'`/=-![]{}:;#\\ \n\ud800\u202e\x00", max_size=30))
def test_no_text_changes_the_page(text: str) -> None:
    assert structure(read_page(page(full(f"a{text}")))) == structure(read_page(page(full())))


def test_a_schema_titled_script_shows_as_text() -> None:
    assert "<script>alert(1)</script>" in read_page(page(full("<script>alert(1)</script>"))).text


@pytest.mark.parametrize("character", ["\x1b", "\x00", "\u202e", "\u2066", "\ufeff", "\u200b", "\ud800", "\x85", "\r"])
def test_what_is_invisible_is_spelled_out(character: str) -> None:
    html = page(full(f"a{character}b"))
    assert character not in html
    assert f"a{character.encode('unicode_escape').decode()}b" in read_page(html).text


def test_a_thumbnail_that_is_none_is_left_out() -> None:
    picture = ReportedPicture("image/png", 1, 1, thumbnail='" onerror="x')
    read = read_page(page(replace(report(), exchanges={"d/image": exchange(picture=picture)})))
    assert read.pictures == []


def test_names_that_are_alike_have_ids_of_their_own() -> None:
    names = ("a b", "a~20~b", "a/b", "A b", "ä", "a\u202eb")
    read_page(page(report([result(deployment=one) for one in names])))


def test_the_browser_is_told_to_load_nothing_and_to_run_one_script() -> None:
    html = page(report())
    policy = html.partition('<meta http-equiv="Content-Security-Policy" content="')[2].partition('"')[0]
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; script-src 'sha256-")
    assert f"script-src '{script().hash}';" in policy
    assert read_page(html).tags.count("script") == 1


@pytest.mark.shortened(1)
@pytest.mark.parametrize("cassettes", [CORE_25, CORE_18], ids=lambda path: path.name)
def test_a_run_writes_its_page(suite: Suite, cassettes: Any) -> None:
    run = suite.replay("--report-html=r.html", "--thorough", cassettes=cassettes)
    html = (suite.folder / "r.html").read_text()
    read = read_page(html)
    assert "the page is in r.html" in run.out
    assert [one for one in run.requirements("violated") if one not in read.ids] == []
    assert {"matrix", "configuration", "pictures", "streams", "costs", "requirements", "contract"} <= set(read.ids)
    assert html.count('<table class="twins">') >= 2, "CHAT-10 and 13 at least"
    assert len(html) < 2 * MEGABYTE


def test_no_key_is_on_the_page(suite: Suite, serve: Serve) -> None:
    run = suite.live(serve(CORE_25), DALLE3, "--report-html=r.html")
    html = (suite.folder / "r.html").read_text()
    assert "Api-Key: $DIAL_API_KEY" in read_page(html).text, run.output
    assert KEY not in html
    assert OTHER_KEY not in html


@pytest.mark.shortened(1)
@pytest.mark.parametrize("verdict", [Verdict.VIOLATED, Verdict.COULD_NOT_RUN])
def test_a_report_of_many_deployments_stays_small(verdict: Verdict) -> None:
    text = "<" * 600
    results = [
        result(
            verdict,
            requirement=f"CHAT-{number}",
            deployment=f"deployment-{place}",
            expected=text,
            got=text,
            curl=text,
            reason=text,
            case=text,
            exchanges=(f"deployment-{place}/{number}",),
        )
        for number in range(120)
        for place in range(1000)
    ]
    exchanges = {one.exchanges[0]: exchange(body=text * 10, request_body=text * 10) for one in results[:2000]}
    html = page(replace(report(results), exchanges=exchanges))
    assert len(html.encode()) < 15 * MEGABYTE
    assert "deployment-999" in html


def test_details_that_are_left_out_are_told() -> None:
    results = [result(deployment=f"d{number}") for number in range(450)]
    read = read_page(page(report(results)))
    assert (
        "Also d400, d401, d402, d403, d404, d405, d406, d407 and 42 more; details are in the JSON report." in read.text
    )
