"""What makes a run safe and its verdict true: one module per control.

Every experiment declares them in this order: `paper_stack` starts the embedded exchange, proxy and
trader when no target of your own is named; `guard` decides whether the run may happen and arms it;
`recorder` gathers the evidence, judges, and writes the journal. Chaos Toolkit swallows errors of
controls, so none is the only guard: an action refuses when the guard has not armed the run.
"""
