"""From evidence to words: recording, verdict, and the reports made from journals.

`recording.py` gathers evidence while a run goes on and lets the alert rules (`alerts.py`,
`alerts.json`) look at each sample; `verdict.py` turns the evidence into the block that a journal
carries, `block.py` builds it, `terminal.py` prints it at the end of `chaos run`.

Everything else here reads journals only: they are the truth. `run.py` reads one, whoever wrote it,
`history.py` keeps an index over all. `run_report.py`, `daily.py`, `weekly.py` and `incident.py` say
what a report says, as data; their `*_layout.py` arrange it as a `Document`, and `render.py` writes
that as HTML, Markdown or JSON. `commands.py` is what the command line calls.

What people may want to change without code is JSON: `alerts.json` (rules), `metrics.json` (key
metrics), `checks.json` (weight of each check and what to do about it), `regulation.json` (which
test supports evidence for which rule). `grafana/` holds a dashboard and Prometheus rules.

| variable | meaning |
|---|---|
| `CHAOS_ALERTS` | a file of alert rules instead of `alerts.json` |
| `CHAOS_ALERT_WEBHOOK` | where alerts, and reports with `--send`, are posted, as Slack reads them |
| `CHAOS_CONTACTS` | who is on standby, instead of `contacts.json` in the chaos home |
| `CHAOS_REGULATION` | a map of rules instead of `regulation.json` |

In the chaos home: `journals/RUN.notes.jsonl` holds what operators saw, `findings.jsonl` owners and
due dates, `incidents/` the reports of incidents, `history.sqlite` the index.
"""
