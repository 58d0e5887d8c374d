"""From evidence to words: recording, verdict, and the reports made from journals.

`recording.py` gathers evidence while a run goes on, `verdict.py` turns it into the block that a
journal carries, `block.py` prints that block at the end of `chaos run`. Everything else here reads
journals only: they are the truth.
"""
