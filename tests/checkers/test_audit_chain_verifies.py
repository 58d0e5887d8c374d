import copy

from witness_play import play

from chaostrading.checkers.base import run_checker

FIRST = "d2a77b89da4419fec55dea8c1cb040d6f0a245c3d4e8401af29dcfb961603549"
SECOND = "e381a384125c3f06c77c5c05afa43734d36b18225a94c7ed1ff171c35c631d11"
CHAIN = [
    {
        "seq": 1,
        "wall_s": 1.5,
        "event": "Started",
        "detail": {},
        "previous": "0000000000000000000000000000000000000000000000000000000000000000",
        "hash": FIRST,
    },
    {
        "seq": 2,
        "wall_s": 2.0,
        "event": "OrderDenied",
        "detail": {"reason": "NOTIONAL_EXCEEDS_MAXIMUM", "notional_usdt": "1500"},
        "previous": FIRST,
        "hash": SECOND,
    },
]


def judge(audit, *attempts):
    evidence = play(target={"audit": audit}, parameters={"attempts": list(attempts)})
    return run_checker("audit_chain_verifies", evidence, {})


def chain():
    return copy.deepcopy(CHAIN)


def test_an_unbroken_chain_with_every_refusal_holds():
    """Two entries, one refusal."""
    finding = judge({"entries": chain(), "head": SECOND}, {"mono_s": 1, "denied": "NO"})

    assert finding.answer == "held"
    assert finding.observed == "2 entries in an unbroken chain, 1 refusal logged"


def test_an_entry_that_was_changed_later_is_broken():
    """1500 became 150."""
    entries = chain()
    entries[1]["detail"]["notional_usdt"] = "150"

    finding = judge({"entries": entries})

    assert finding.answer == "broken"
    assert finding.observed == "the chain breaks at entry 2"


def test_a_missing_entry_is_broken():
    """Entry 2 is gone, and 3 seals what is not there."""
    third = {**chain()[1], "seq": 3}

    assert judge({"entries": [chain()[0], third]}).answer == "broken"


def test_a_head_that_is_not_the_last_entry_is_broken():
    """The end was cut off."""
    assert judge({"entries": chain()[:1], "head": SECOND}).answer == "broken"


def test_a_refusal_that_is_not_logged_is_broken():
    """Two attempts were denied, one is in the log."""
    denied = {"mono_s": 1, "denied": "NO"}

    finding = judge({"entries": chain()}, denied, denied)

    assert finding.answer == "broken"
    assert "2 attempts refused, but the log tells of 1" in finding.observed


def test_a_log_may_begin_in_the_middle():
    """It was asked for since entry 2."""
    assert judge({"entries": chain()[1:]}).answer == "held"


def test_no_log_is_unknown():
    """A foreign bot need not have one."""
    assert judge(None).answer == "unknown"
    assert judge({"entries": []}).answer == "unknown"
