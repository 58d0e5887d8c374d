"""What an experiment can do: one module per category of the seed, and `run` to hold and heal.

Each action checks that the guard has armed the run, makes one call, and returns JSON. They refuse
outside a guarded run. `chaos discover --no-install chaostoolkit-trading` prints their manuals.
"""
