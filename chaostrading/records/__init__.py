"""Append-only evidence: what a record is, how it is written, how it is read back.

A record is immutable, complete, and true when written. It knows nothing of faults, venues or
verdicts; the proxy's witness writes records, checkers read them. Start with `types.py`.
"""
