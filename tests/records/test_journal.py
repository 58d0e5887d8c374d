"""Evidence on disk is complete up to the last whole line."""

from chaostrading.records.journal import RecordWriter, read_records
from chaostrading.records.types import Sample


def sample(seq):
    return Sample(seq=seq, mono_s=float(seq), wall_s=0.0, values={"n": seq})


def test_what_was_written_is_read_back_in_order(tmp_path):
    """One record a line, appended."""
    writer = RecordWriter(tmp_path / "run" / "witness.jsonl")
    writer.write(sample(1))
    writer.write(sample(2))

    assert list(read_records(writer.path)) == [sample(1), sample(2)]
    writer.close()


def test_a_half_written_last_line_is_skipped(tmp_path):
    """Its writer was killed; the lines before it still count."""
    writer = RecordWriter(tmp_path / "witness.jsonl")
    writer.write(sample(1))
    writer.close()
    with writer.path.open("a") as file:
        file.write('{"kind": "sample", "seq": 2')

    assert list(read_records(writer.path)) == [sample(1)]
