"""Write the schedule for a scheduler that you have already: cron, systemd, GitHub, Kubernetes.

A foreign scheduler fires every time; the draw by `CHAOS_PROBABILITY` is `chaos trading serve`'s.
"""

from collections.abc import Callable, Sequence

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.suites.rules import DEFAULT_RULES, WEEKDAYS, Rule

__all__ = ["KINDS", "export", "export_files"]

_IMAGE = "chaostoolkit-trading:latest"

_CLAIM = """\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: chaos-trading
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
"""

_CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: chaos-trading-{suite}
spec:
  schedule: '{schedule}'
  timeZone: {zone}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 7
  failedJobsHistoryLimit: 7
  jobTemplate:
    spec:
      backoffLimit: 0
      activeDeadlineSeconds: 7200
      template:
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 60
          securityContext:
            runAsNonRoot: true
            runAsUser: 10001
            fsGroup: 10001
          containers:
            - name: suite
              image: {image}
              command: [chaos, trading, suite, {suite}]
              env:
                - name: TRADING_MODE
                  value: paper
                - name: CHAOS_HOME
                  value: /var/lib/chaostrading
              resources:
                requests:
                  cpu: '1'
                  memory: 512Mi
                limits:
                  memory: 2Gi
              volumeMounts:
                - name: home
                  mountPath: /var/lib/chaostrading
          volumes:
            - name: home
              persistentVolumeClaim:
                claimName: chaos-trading
"""


def export(
    to: str,
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    folder: str = "/srv/chaos",
    image: str = _IMAGE,
) -> str:
    """Write the rules in another scheduler's words, as one text.

    `to` is cron, systemd, github or k8s. `folder` is where cron and systemd run the suites and
    keep their journals, `image` is the container image of the Kubernetes jobs. Where the other
    scheduler cannot say a rule, InvalidInput is raised rather than something else being said.
    """
    written = export_files(to, rules=rules, folder=folder, image=image)
    if len(written) == 1:
        return next(iter(written.values()))
    return "\n".join(f"# --- {name}\n{text}" for name, text in written.items())


def export_files(
    to: str,
    *,
    rules: Sequence[Rule] = DEFAULT_RULES,
    folder: str = "/srv/chaos",
    image: str = _IMAGE,
) -> dict[str, str]:
    """The same as files: name and content. systemd needs two for each rule."""
    if to not in KINDS:
        raise unknown_name("scheduler", to, KINDS)
    for name, value in (("folder", folder), ("image", image)):
        # These go into other programs' files, where quoting differs from one to the next.
        if not value or any(char.isspace() or char in "\"'`$%\\;&|<>#" for char in value):
            raise InvalidInput(f"export: {name} must be a plain name or path, was {value!r}")
    return KINDS[to](rules, folder, image)


def _cron(rules: Sequence[Rule], folder: str, image: str) -> dict[str, str]:
    lines = [
        "# Chaos suites. Install with `crontab FILE`. A suite that still runs is not overlapped.",
        "# Debian's cron does not know CRON_TZ and reads the times in the machine's own zone.",
        "SHELL=/bin/sh",
    ]
    for rule in rules:
        last = '[ "$(date -d tomorrow +\\%d)" = 01 ] && ' if rule.day == "last" else ""
        lines += [
            f"CRON_TZ={rule.zone}",
            f"{_cron_time(rule)} {last}cd {folder} && TRADING_MODE=paper flock -n -E 75 ."
            f" chaos trading suite {rule.suite} || echo 'chaos suite {rule.suite} did not pass'",
        ]
    return {"chaos.crontab": "\n".join(lines) + "\n"}


def _systemd(rules: Sequence[Rule], folder: str, image: str) -> dict[str, str]:
    written = {}
    for rule in rules:
        name = f"chaos-trading-{rule.suite}"
        written[f"{name}.service"] = f"""\
[Unit]
Description=Chaos suite {rule.suite}, in paper mode
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={folder}
Environment=TRADING_MODE=paper
ExecStart=/usr/bin/env chaos trading suite {rule.suite}
ExecStopPost=/usr/bin/env chaos trading recover
KillSignal=SIGINT
KillMode=mixed
TimeoutStartSec=2h
TimeoutStopSec=60s
"""
        written[f"{name}.timer"] = f"""\
[Unit]
Description=When to run the chaos suite {rule.suite}

[Timer]
OnCalendar={_systemd_time(rule)}
Persistent=true
AccuracySec=1min

[Install]
WantedBy=timers.target
"""
    return written


def _github(rules: Sequence[Rule], folder: str, image: str) -> dict[str, str]:
    for rule in rules:
        _need_day_number(rule, "GitHub")
        if rule.zone.upper() != "UTC":
            raise InvalidInput(f"export: zone must be UTC for GitHub, was {rule.zone!r}")
    crons = "".join(f"\n    - cron: '{_cron_time(rule)}' # {rule.text()}" for rule in rules)
    options = "".join(f"\n          - {rule.suite}" for rule in rules)
    picks = "".join(
        f" || (github.event.schedule == '{_cron_time(rule)}' && '{rule.suite}')" for rule in rules
    )
    text = f"""\
# GitHub starts scheduled workflows late, and sometimes not at all: no recent run is no proof.
name: Chaos suites
on:
  schedule:{crons}
  workflow_dispatch:
    inputs:
      suite:
        type: choice
        options:{options}
permissions:
  contents: read
concurrency:
  group: chaos-suites
  cancel-in-progress: false
jobs:
  suite:
    runs-on: ubuntu-latest
    timeout-minutes: 120
    env:
      TRADING_MODE: paper
      SUITE: ${{{{ inputs.suite{picks} }}}}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: '3.13'
      - run: pip install chaostoolkit-trading
      - run: chaos trading suite "$SUITE" --journals journals --junit chaos-junit.xml
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: chaos-${{{{ github.run_id }}}}
          path: |
            journals/
            chaos-junit.xml
"""
    return {".github/workflows/chaos.yml": text}


def _k8s(rules: Sequence[Rule], folder: str, image: str) -> dict[str, str]:
    documents = [_CLAIM]
    for rule in rules:
        _need_day_number(rule, "Kubernetes")
        documents.append(
            _CRON_JOB.format(
                suite=rule.suite,
                schedule=_cron_time(rule),
                zone="Etc/UTC" if rule.zone.upper() == "UTC" else rule.zone,
                image=image,
            )
        )
    return {"chaos-trading.yaml": "---\n".join(documents)}


KINDS: dict[str, Callable[[Sequence[Rule], str, str], dict[str, str]]] = {
    "cron": _cron,
    "systemd": _systemd,
    "github": _github,
    "k8s": _k8s,
}
"""What `export` can write for."""


def _cron_time(rule: Rule) -> str:
    at = rule.time()
    day = "28-31" if rule.day == "last" else rule.day or "*"
    weekday = str((WEEKDAYS.index(rule.weekday) + 1) % 7) if rule.weekday else "*"
    return f"{at.minute} {at.hour} {day} * {weekday}"


def _systemd_time(rule: Rule) -> str:
    weekday = f"{rule.weekday.capitalize()} " if rule.weekday else ""
    day = "*-*~01" if rule.day == "last" else f"*-*-{int(rule.day):02d}" if rule.day else "*-*-*"
    return f"{weekday}{day} {rule.time():%H:%M}:00 {rule.zone}"


def _need_day_number(rule: Rule, what: str) -> None:
    if rule.day == "last":
        raise InvalidInput(f"export: day must be 1..28 for {what}, was last")
