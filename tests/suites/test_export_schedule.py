"""The same rules in other schedulers' words, checked by their own parsers where possible."""

import shutil
import subprocess
from datetime import UTC, datetime

import pytest
import yaml

from chaostrading.core.errors import InvalidInput
from chaostrading.suites.export import KINDS, export, export_files
from chaostrading.suites.rules import DEFAULT_RULES, Rule, next_fires

BERLIN = (
    Rule(suite="daily", at="03:17", zone="Europe/Berlin"),
    Rule(suite="weekly", at="04:17", weekday="sun", zone="Europe/Berlin"),
    Rule(suite="monthly", at="06:17", day="last", zone="Europe/Berlin"),
)


def test_cron_runs_each_suite_in_paper_mode_and_never_twice_at_a_time():
    """The lines as crontab reads them."""
    lines = export("cron").splitlines()

    assert lines[3:5] == [
        "CRON_TZ=UTC",
        "17 3 * * * cd /srv/chaos && TRADING_MODE=paper flock -n -E 75 . chaos trading suite"
        " daily || echo 'chaos suite daily did not pass'",
    ]
    assert lines[6].startswith("17 4 * * 0 cd ")
    assert lines[8].startswith("17 6 1 * * cd ")


def test_cron_knows_the_last_day_of_a_month():
    """cron cannot say it, the shell can."""
    line = export("cron", rules=BERLIN).splitlines()[-1]

    assert line.startswith('17 6 28-31 * * [ "$(date -d tomorrow +\\%d)" = 01 ] && cd ')


def test_cron_means_the_same_moments_as_the_rules():
    """croniter reads the five fields and agrees for a year."""
    croniter = pytest.importorskip("croniter")
    begin = datetime(2026, 1, 1, tzinfo=UTC)

    for rule, line in zip(DEFAULT_RULES, export("cron").splitlines()[4::2], strict=True):
        fields = " ".join(line.split()[:5])
        theirs = croniter.croniter(fields, begin)

        moments = [theirs.get_next(float) for _ in range(12)]

        assert moments == next_fires(rule, begin.timestamp(), 12)


def test_systemd_has_a_service_and_a_timer_for_each_rule():
    """Catch-up, no second instance, gentle stop, and recovery afterwards."""
    written = export_files("systemd", rules=BERLIN)

    assert sorted(written) == [
        "chaos-trading-daily.service",
        "chaos-trading-daily.timer",
        "chaos-trading-monthly.service",
        "chaos-trading-monthly.timer",
        "chaos-trading-weekly.service",
        "chaos-trading-weekly.timer",
    ]
    assert "OnCalendar=Sun *-*-* 04:17:00 Europe/Berlin" in written["chaos-trading-weekly.timer"]
    assert "OnCalendar=*-*~01 06:17:00 Europe/Berlin" in written["chaos-trading-monthly.timer"]
    assert "Persistent=true" in written["chaos-trading-daily.timer"]
    service = written["chaos-trading-daily.service"]
    assert "ExecStart=/usr/bin/env chaos trading suite daily" in service
    assert "Environment=TRADING_MODE=paper" in service
    assert "KillSignal=SIGINT" in service


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_itself_takes_the_units(tmp_path):
    """systemd-analyze verify has nothing to say about ours."""
    for name, text in export_files("systemd", rules=BERLIN, folder=str(tmp_path)).items():
        (tmp_path / name).write_text(text)
    units = sorted(str(path) for path in tmp_path.glob("chaos-*"))

    answer = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip

    complaints = [line for line in answer.stderr.splitlines() if "chaos-trading" in line]
    assert complaints == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("suite", ["daily", "weekly", "monthly"])
def test_systemd_means_the_same_moments_as_the_rules(suite):
    """systemd's own calendar answers with the same next moment."""
    [rule] = [one for one in BERLIN if one.suite == suite]
    timer = export_files("systemd", rules=BERLIN)[f"chaos-trading-{suite}.timer"]
    [calendar] = [line for line in timer.splitlines() if line.startswith("OnCalendar=")]

    answer = subprocess.run(
        ["systemd-analyze", "calendar", "--base-time=2026-03-20 00:00:00 UTC",
         calendar.removeprefix("OnCalendar=")],
        capture_output=True, text=True, timeout=20, check=True,
        env={"TZ": "UTC", "PATH": "/usr/bin"},
    )  # fmt: skip

    begin = datetime(2026, 3, 20, tzinfo=UTC).timestamp()
    fire = datetime.fromtimestamp(next_fires(rule, begin, 1)[0], tz=UTC)
    assert f"{fire:%Y-%m-%d %H:%M:%S} UTC" in answer.stdout


def test_github_runs_the_suite_whose_time_it_is():
    """One workflow, one job, the suite picked by the cron line that fired."""
    workflow = yaml.safe_load(export("github"))

    # YAML 1.1 reads the key `on` as true.
    crons = [entry["cron"] for entry in workflow[True]["schedule"]]
    assert crons == ["17 3 * * *", "17 4 * * 0", "17 6 1 * *"]
    job = workflow["jobs"]["suite"]
    assert job["env"]["TRADING_MODE"] == "paper"
    for cron, suite in zip(crons, ("daily", "weekly", "monthly"), strict=True):
        assert f"(github.event.schedule == '{cron}' && '{suite}')" in job["env"]["SUITE"]
    assert workflow["concurrency"] == {"group": "chaos-suites", "cancel-in-progress": False}
    assert job["steps"][-1]["if"] == "always()"


def test_kubernetes_forbids_overlap_and_does_not_retry():
    """One CronJob for each rule, in its time zone, with a deadline."""
    claim, *jobs = yaml.safe_load_all(export("k8s", rules=BERLIN[:2], image="registry/chaos:1"))

    assert claim["kind"] == "PersistentVolumeClaim"
    assert [job["metadata"]["name"] for job in jobs] == [
        "chaos-trading-daily",
        "chaos-trading-weekly",
    ]
    spec = jobs[1]["spec"]
    assert (spec["schedule"], spec["timeZone"]) == ("17 4 * * 0", "Europe/Berlin")
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["jobTemplate"]["spec"]["backoffLimit"] == 0
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["restartPolicy"] == "Never"
    [container] = pod["containers"]
    assert container["image"] == "registry/chaos:1"
    assert container["command"] == ["chaos", "trading", "suite", "weekly"]


@pytest.mark.parametrize(
    ("to", "rules", "part"),
    [
        ("github", BERLIN[:1], "zone must be UTC for GitHub, was 'Europe/Berlin'"),
        ("github", (Rule(suite="monthly", at="06:17", day="last"),), "day must be 1..28"),
        ("k8s", BERLIN, "day must be 1..28 for Kubernetes, was last"),
        ("crontab", BERLIN, "unknown scheduler 'crontab', did you mean cron?"),
    ],
)
def test_what_a_scheduler_cannot_say_is_refused(to, rules, part):
    """Something else than the rule must not be written."""
    with pytest.raises(InvalidInput) as refusal:
        export(to, rules=rules)

    assert part in str(refusal.value)


@pytest.mark.parametrize("to", sorted(KINDS))
@pytest.mark.parametrize("folder", ["", "/srv/my chaos", "/srv/$(reboot)", "/srv/a;b", "a\nb"])
def test_a_folder_that_could_be_read_as_code_is_refused(to, folder):
    """The text goes into other programs' files."""
    with pytest.raises(InvalidInput, match="folder must be a plain name or path"):
        export(to, folder=folder)


def test_one_text_names_its_files():
    """`chaos trading schedule export --to systemd` prints all units in one go."""
    text = export("systemd")

    assert text.startswith("# --- chaos-trading-daily.service\n[Unit]\n")
    assert text.count("# --- ") == 6
