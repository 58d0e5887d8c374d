"""The ground floor: clock, chance, money, errors, files. Standard library only.

Everything above takes time from `clock`, chance from `seeds`, and money from `money`, so that a
test can hand in its own.
"""
