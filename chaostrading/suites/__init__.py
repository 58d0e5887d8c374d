"""The twelve tests, and running them: one by one, as suites, by the clock.

* `catalogue` reads the tests from their experiments; `suites` are cumulative by impact.
* `runner` runs one experiment as a process of its own and reads the verdict from its journal.
* `suite` runs a plan of tests, gentle ones first; `summary` and `junit` tell the result.
* `schedule` fires suites by the clock, draws by seeded chance, and records every skip.
* `export` writes the same schedule for cron, systemd, GitHub and Kubernetes.
* `past` reads from the journals what has been proven, for gradual escalation.

This room starts processes and reads files; Chaos Toolkit itself runs in those processes only.
Start with `suite.py`.
"""
