"""The table of public cases: all scripts and rows."""

import cases_data
import cases_limits
import cases_orders
import cases_private
import cases_sockets
import cases_time

__all__ = ["ROWS", "SCRIPTS"]

_PARTS = (cases_sockets, cases_private, cases_time, cases_limits, cases_orders, cases_data)

SCRIPTS = {script.name: script for part in _PARTS for script in part.SCRIPTS}
ROWS = tuple(sorted((row for part in _PARTS for row in part.ROWS), key=lambda row: row.id))
