"""The table of public cases: all scripts and rows."""

import cases_data
import cases_exchange
import cases_network

__all__ = ["ROWS", "SCRIPTS"]

SCRIPTS = {
    one.name: one for one in (*cases_network.SCRIPTS, *cases_exchange.SCRIPTS, *cases_data.SCRIPTS)
}
ROWS = tuple(
    sorted((*cases_network.ROWS, *cases_exchange.ROWS, *cases_data.ROWS), key=lambda row: row.id)
)
