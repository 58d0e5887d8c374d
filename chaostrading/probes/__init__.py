"""What an experiment can ask: facts read from the wire, and the target's own word as an extra.

A probe returns a finite number, a boolean or a JSON object, and fails when it cannot tell. `run`
has the two that every experiment needs: `trading_is_steady` and `recovery_seconds`.
"""
