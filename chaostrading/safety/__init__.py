"""Safety: what must hold before anything is harmed, and how it is undone.

If a guard cannot tell, the answer is no. A refusal is one sentence that begins `not injecting: `.

* `settings` reads the `CHAOS_*` variables; `blackout` the hours in which nothing may run.
* `paper_guard` is the only maker of a `PaperEndpoint`, which clients ask for instead of a URL.
* `gate` decides whether a test may run now: a pure function over facts handed in.
* `lever` is the kill switch, a file that works without any other part of this package running.
* `undo` writes down, before a fault is injected, how to take it back; `processes` ends processes
  that were written down, never one that reuses their number.
* `audit` appends who did what.

Nothing here knows Chaos Toolkit, the proxy or a target. Start with `gate.py`.
"""
