"""Evidence is read as it grows, and told as events."""

import json

import pytest

from chaostrading.service.tail import EvidenceFeed, LineTail


@pytest.fixture
def path(tmp_path):
    return tmp_path / "witness.jsonl"


def append(path, *rows):
    with path.open("a") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def test_each_line_is_handed_out_once(path):
    """Also when the file did not exist at first."""
    tail = LineTail(path)
    assert tail.rows() == []
    append(path, {"n": 1}, {"n": 2})
    assert tail.rows() == [{"n": 1}, {"n": 2}]
    append(path, {"n": 3})
    assert tail.rows() == [{"n": 3}]
    assert tail.rows() == []


def test_a_half_written_line_waits_for_its_end(path):
    """The writer may be interrupted anywhere."""
    tail = LineTail(path)
    path.write_text('{"n": 1}\n{"n"')
    assert tail.rows() == [{"n": 1}]
    path.write_text('{"n": 1}\n{"n": 2}\n')
    assert tail.rows() == [{"n": 2}]


def test_lines_of_other_kinds_and_damaged_lines_are_left_out(path):
    """A kind in an unusual place is still found."""
    tail = LineTail(path, kinds=frozenset({"alert"}))
    path.write_text('{"kind": "market", "n": 1}\nnonsense\n[]\n{"n": 2, "kind": "alert"}\n')

    assert tail.rows() == [{"n": 2, "kind": "alert"}]


def test_a_file_that_was_replaced_is_read_from_its_beginning(path):
    """Its old place means nothing in the new one."""
    tail = LineTail(path)
    append(path, {"n": 1}, {"n": 2})
    tail.rows()
    path.write_text('{"n": 3}\n')

    assert tail.rows() == [{"n": 3}]


def test_from_the_end_means_only_what_is_new(path):
    """What an earlier service has told is not told again."""
    append(path, {"n": 1})
    tail = LineTail(path, from_end=True)
    append(path, {"n": 2})

    assert tail.rows() == [{"n": 2}]


@pytest.fixture
def feed(path, clock):
    told = []

    def publish(name, /, **data):
        told.append((name, data))

    made = EvidenceFeed(path, run_id="r1", test="cpu_spike", publish=publish, clock=clock)
    return made, told


def test_faults_and_alerts_are_told_at_once(feed, path):
    """With the run that they belong to."""
    feeding, told = feed
    append(
        path,
        {"kind": "lease", "event": "armed", "fault": "http_429", "lease": "L1", "mono_s": 5.0},
        {"kind": "alert", "level": "critical", "name": "circuit_breaker", "at": 1},
        {"kind": "lease", "event": "ended", "fault": "http_429", "lease": "L1", "hits": 9},
    )

    feeding.look()

    assert [name for name, _ in told] == ["fault_armed", "alert", "fault_ended"]
    assert told[0][1]["fault"] == "http_429"
    assert told[1][1] == {
        "level": "critical", "name": "circuit_breaker", "run_id": "r1", "test": "cpu_spike",
    }  # fmt: skip
    assert (told[2][1]["hits"], told[2][1]["run_id"]) == (9, "r1")


def test_alerts_inside_samples_are_told_each_though_the_samples_are_thinned(feed, path):
    """The recorder writes them into the sample that made them."""
    feeding, told = feed
    alert = {"rule": "high_latency", "event": "fired"}
    for number in range(3):
        append(path, {"kind": "sample", "values": {"n": number, "alerts": [alert]}})

    feeding.look()

    assert [name for name, _ in told] == ["alert"] * 3 + ["run_sample"]
    assert told[0][1] == {**alert, "run_id": "r1", "test": "cpu_spike"}
    assert told[3][1]["values"] == {"n": 2}


def test_samples_are_told_once_a_second_the_newest_each_time(feed, path, clock):
    """The recorder takes four a second."""
    feeding, told = feed
    for number in range(9):
        append(path, {"kind": "sample", "mono_s": number, "values": {"n": number}})
        feeding.look()
        clock.advance(0.25)

    assert [data["values"]["n"] for _, data in told] == [0, 4, 8]
    assert feeding.sample["values"] == {"n": 8}
    feeding.look()
    assert len(told) == 3
