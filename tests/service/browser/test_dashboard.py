"""The dashboard in a real browser, against a service on a real socket."""

import json
import time
import urllib.request
from pathlib import Path

import pytest

from chaostrading.core import home
from chaostrading.safety import lever

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

LIVE = "document.querySelector('#link').dataset.state === 'open'"
BAND = "document.querySelector('#chart-orders .band')"
READY = f"{LIVE} && document.querySelector('#run-test').options.length"
VIEWER = {"CHAOS_VIEWER_TOKEN": "the-viewer-token-of-the-tests", "ADMIN_TOKEN": "the-admin-token"}


def start(service, test="rate_limit_storm"):
    """Start a run as a program would; answers its id."""
    request = urllib.request.Request(
        f"{service.url}api/chaos/run",
        data=json.dumps({"test": test}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)["run_id"]


def armed_wall_s(run_id):
    """When the fault came into force, by the evidence."""
    lines = (home.evidence() / run_id / "witness.jsonl").read_text().splitlines()
    return next(row["wall_s"] for row in map(json.loads, lines) if row.get("event") == "armed")


def test_a_run_shows_its_fault_window_within_two_seconds_and_then_its_verdict(browser, served):
    """Seen without a reload; nothing but this service is asked, and the console stays empty."""
    service = served()
    browser.open(service.url)
    browser.until(READY)

    run_id = start(service)
    browser.until(BAND)
    seen_s = time.time()

    assert seen_s - armed_wall_s(run_id) < 2.0
    assert browser.text("#now-title") == "rate_limit_storm: fault in force: ws abrupt"
    assert browser.run("return document.querySelector('#now').dataset.phase") == "fault"
    browser.until("document.querySelector('#now').dataset.verdict === 'passed'")
    # Markup in a journal stays text.
    assert browser.text("#now-title") == "rate_limit_storm passed: <b>3 requests</b> met the fault"
    assert browser.text("#announce") == browser.text("#now-title")
    assert browser.text("#runs li").startswith("passedrate_limit_storm")
    assert "orders slow" in browser.text("#alerts")
    assert "during the fault" in browser.run(
        "return document.querySelector('#chart-orders svg').getAttribute('aria-label')"
    )
    browser.until("document.querySelector('#tests .strip .v-passed')")
    asked = browser.requested()
    assert service.url in asked
    assert [url for url in asked if not url.startswith(service.url)] == []
    assert browser.peers() <= {"127.0.0.1"}
    assert browser.complaints() == []


def test_stop_asks_once_more_and_then_ends_the_run_and_release_needs_token_and_reason(
    browser, served
):
    """On loopback a stop needs no token; a release needs the admin's."""
    service = served(fault_s=60.0)
    browser.open(service.url)
    browser.until(READY)
    start(service)
    browser.until(BAND)

    browser.click("#stop-open")
    assert not lever.read().engaged
    browser.write("#stop-reason", "seen enough")
    browser.click("#stop-form [type=submit]")
    browser.until("document.querySelector('#now').dataset.verdict === 'interrupted'")

    assert lever.read().reason == "seen enough"
    assert browser.complaints() == []
    browser.click("#release-open")
    browser.write("#release-token", "wrong")
    browser.write("#release-reason", "fixed")
    browser.click("#release-form [type=submit]")
    browser.until("!document.querySelector('#release .error').hidden")
    assert "bearer token is not known" in browser.text("#release .error")
    assert lever.read().engaged
    browser.run("document.querySelector('#release-token').value = ''")
    browser.write("#release-token", Path(service.parts.tokens.made).read_text().strip())
    browser.click("#release-form [type=submit]")
    browser.until("document.querySelector('#lever-chip').hidden")
    assert not lever.read().engaged
    assert browser.run("return sessionStorage.length") == 0


def test_a_test_is_started_from_the_form_with_its_variant(browser, served):
    """The form lists what can be run, and says what it does."""
    service = served()
    browser.open(service.url)
    browser.until(READY)

    browser.run(
        "const t = document.querySelector('#run-test'); t.value = 'rate_limit_storm';"
        "t.dispatchEvent(new Event('change'));"
        "document.querySelector('#run-variant').value = 'html_body';"
    )
    browser.click("#run-quick")
    browser.click("#run-go")
    browser.until("document.querySelector('#now').dataset.phase === 'baseline'")

    [live] = service.parts.runs.live()
    assert (live.test.name, live.variant, live.quick) == ("rate_limit_storm", "html_body", True)
    assert "html_body, quick" in browser.text("#now-over")
    # The target is taken: the refusal stands beside the button.
    browser.click("#run-go")
    browser.until("!document.querySelector('#run-error').hidden")
    assert "one run at a time" in browser.text("#run-error")


def test_the_page_comes_back_after_the_service_was_restarted(browser, served):
    """And hears what happens then; what it showed before stays."""
    service = served(fault_s=1.0)
    browser.open(service.url)
    browser.until(READY)
    start(service)
    browser.until("document.querySelector('#now').dataset.verdict === 'passed'")
    assert browser.complaints() == []

    service.end()
    browser.until("document.querySelector('#link').dataset.state === 'waiting'")
    service.begin()
    browser.until(LIVE)
    start(service)
    browser.until("document.querySelector('#now').dataset.phase === 'fault'")

    complaints = browser.complaints()
    assert [line for line in complaints if "net::ERR_" not in line] == []


def test_a_run_whose_end_nobody_saw_does_not_run_for_ever(browser, served):
    """The service was away when it ended: the page asks what became of it."""
    service = served(fault_s=60.0)
    browser.open(service.url)
    browser.until(READY)
    start(service)
    browser.until(BAND)

    service.end()
    service.begin()

    browser.until("document.querySelector('#now').dataset.phase === 'verdict'")
    assert browser.run("return document.querySelector('#now').dataset.verdict") == "interrupted"


def test_a_reload_in_the_middle_of_a_run_shows_it_from_its_start(browser, served):
    """Earlier readings and the fault are sent again."""
    service = served(fault_s=30.0)
    start(service)
    time.sleep(2.5)

    browser.open(service.url)
    browser.until(BAND)

    assert browser.until("document.querySelector('#chart-orders .stroke').getAttribute('d').length")
    assert browser.text("#announce") != ""
    service.parts.runs.close("seen")


def test_a_service_with_tokens_asks_for_one_and_keeps_it_in_the_tab(browser, served):
    """A viewer may look and not run; the token is in sessionStorage only."""
    service = served(VIEWER)
    browser.open(service.url)
    browser.until("document.querySelector('#token').open")

    browser.write("#token-value", VIEWER["CHAOS_VIEWER_TOKEN"])
    browser.click("#token-form [type=submit]")
    browser.until(READY)

    assert (
        browser.run("return sessionStorage.getItem('chaos-token')") == VIEWER["CHAOS_VIEWER_TOKEN"]
    )
    assert browser.run("return localStorage.length") == 0
    assert browser.run("return document.cookie") == ""
    assert browser.run("return document.querySelector('#token-value').value") == ""
    browser.click("#run-go")
    browser.until("!document.querySelector('#run-error').hidden")
    assert browser.text("#run-error") == "this needs the role operator, the token's is viewer"
    assert not any(VIEWER["CHAOS_VIEWER_TOKEN"] in url for url in browser.requested())


@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
def test_nothing_sticks_out_sideways(browser, served, width):
    """From a phone to a desk."""
    service = served(fault_s=0.5)
    start(service)
    browser.open(service.url, width=width)
    browser.until(READY)
    browser.until("document.querySelector('#now').dataset.phase === 'verdict'")
    browser.until("document.querySelector('#tests .strip')")

    wide = """return [...document.querySelectorAll('main *, header *')]
        .filter((one) => !one.closest('.unseen, thead, dialog, svg') && one.offsetParent)
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
        .map((one) => one.tagName + '.' + one.className + '#' + one.id)"""
    assert browser.run(wide) == []
    assert browser.run("return document.documentElement.scrollWidth") == width


def test_the_keyboard_reaches_the_stop_and_leaves_its_dialog(browser, served):
    """Focus goes in, Escape leaves, focus comes back; and it can be seen."""
    from selenium.webdriver.common.keys import Keys

    service = served()
    browser.open(service.url)
    browser.until(READY)
    active = "return document.activeElement.id"
    passed = []
    for _ in range(6):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        passed.append(browser.run(active))
        if passed[-1] == "stop-open":
            break

    assert "token-open" in passed
    assert passed[-1] == "stop-open"
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    assert browser.run(outline) == "solid"
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    browser.until("document.querySelector('#stop').open")
    assert browser.run(active) == "stop-reason"
    browser.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    browser.until("!document.querySelector('#stop').open")
    assert browser.run(active) == "stop-open"
    assert not lever.read().engaged


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(browser, served, axe, theme, width):
    """Contrast, names, landmarks, order: on the page, in a run's dialog, with the lever engaged."""
    service = served(fault_s=1.0)
    start(service)
    browser.open(service.url, width=width, theme=theme)
    browser.until("document.querySelector('#now').dataset.phase === 'verdict'")
    browser.until("document.querySelector('#tests .strip .v-passed')")
    assert browser.run("return matchMedia('(prefers-color-scheme: dark)').matches") is (
        theme == "dark"
    )
    browser.run(axe)

    found = violations(browser)
    browser.click("#runs button")
    browser.until("document.querySelector('#one table')")
    found += violations(browser)
    browser.click("#run [data-close]")
    browser.click("#stop-open")
    found += violations(browser)
    browser.click("#stop-form [type=submit]")
    browser.until("!document.querySelector('#lever-chip').hidden")
    found += violations(browser)
    browser.click("#release-open")
    found += violations(browser)

    assert found == []


def violations(browser):
    """The rules that axe sees broken, with the elements that break them."""
    script = """const done = arguments[0];
        axe.run(document).then((told) => done([told.passes.length, told.violations
          .filter((one) => ['serious', 'critical', 'moderate'].includes(one.impact))
          .map((one) => [one.id, ...one.nodes.slice(0, 4).map((node) => node.html.slice(0, 160)
            + ' ' + (node.any[0]?.message ?? ''))])]))"""
    browser.driver.set_script_timeout(30)
    held, found = browser.driver.execute_async_script(script)
    assert held > 15  # that many rules were really looked at
    return found
