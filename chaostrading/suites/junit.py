"""The result of a suite as JUnit XML, which every CI system reads."""

import re
import xml.etree.ElementTree as ET

from chaostrading.suites.runner import RunResult
from chaostrading.suites.summary import SuiteResult

__all__ = ["junit_xml"]

# XML 1.0 has no way at all to write these, escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(result: SuiteResult) -> str:
    """Write one test case for each test of the suite.

    deviated is a failure, error is an error; inconclusive, refused and not run are skipped with
    their reason, since JUnit knows no third answer: the exit code tells them apart from a pass.
    """
    suite = ET.Element("testsuite", name=f"chaos.{result.suite}", time=f"{result.seconds:.3f}")
    properties = ET.SubElement(suite, "properties")
    for name, value in (("seed", str(result.seed)), ("suite_id", result.suite_id)):
        ET.SubElement(properties, "property", name=name, value=value)
    for row in result.results:
        _case(suite, result.suite, row)
    for skip in result.skipped:
        case = ET.SubElement(suite, "testcase", classname=f"chaos.{result.suite}", name=skip.test)
        case.set("time", "0.000")
        _note(case, "skipped", skip.reason)
    counts = {tag: len(suite.findall(f"testcase/{tag}")) for tag in ("failure", "error", "skipped")}
    suite.set("tests", str(len(result.results) + len(result.skipped)))
    suite.set("failures", str(counts["failure"]))
    suite.set("errors", str(counts["error"]))
    suite.set("skipped", str(counts["skipped"]))
    root = ET.Element("testsuites", dict(suite.attrib))
    root.append(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: ET.Element, name: str, row: RunResult) -> None:
    case = ET.SubElement(suite, "testcase", classname=f"chaos.{name}", name=row.test)
    case.set("time", f"{row.seconds:.3f}")
    match row.exit_code:
        case 1:
            _note(case, "failure", row.sentence)
        case 2 | 3:
            _note(case, "skipped", row.sentence)
        case 4:
            _note(case, "error", row.sentence)
    details = [f"{key}: {value}" for key, value in _details(row).items() if value not in (None, "")]
    ET.SubElement(case, "system-out").text = _clean("\n".join(details))


def _note(case: ET.Element, tag: str, reason: str) -> None:
    ET.SubElement(case, tag, message=_clean(reason)).text = _clean(reason)


def _details(row: RunResult) -> dict[str, object]:
    return {
        "outcome": row.outcome,
        "sentence": row.sentence,
        "recovery_s": f"> {row.bound_s:g}" if row.censored and row.bound_s else row.recovery_s,
        "bound_s": row.bound_s,
        "seed": row.seed,
        "run_id": row.run_id,
        "journal": row.journal,
    }


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
