"""D16: a frame that cannot be read is dropped and counted; the reader lives."""

import json
from typing import Any

__all__ = ["NaiveParserRobustness", "ParserRobustness"]

SIZE_MAX = 1_000_000


class ParserRobustness:
    """Reads frames of a combined stream: `{"stream": ..., "data": {...}}`."""

    survives = True
    """True: an error in a handler ends the frame, not the reader."""

    def __init__(self) -> None:
        self.dropped = 0
        self.last_error = ""

    def read(self, text: str | bytes) -> tuple[str, dict[str, Any]] | None:
        """Stream and data of a frame, or None when it is dropped.

        Data whose inner symbol is not that of its stream is dropped, too.
        """
        try:
            frame = json.loads(text) if len(text) <= SIZE_MAX else None
        except (ValueError, RecursionError) as error:
            self.drop(f"{type(error).__name__}: {error}")
            return None
        if not isinstance(frame, dict):
            self.drop("not an object")
            return None
        if "stream" not in frame:
            return "", frame
        stream, data = frame["stream"], frame.get("data")
        if not isinstance(stream, str) or not isinstance(data, dict):
            self.drop("stream or data of the wrong type")
            return None
        symbol = data.get("s")
        if symbol is not None and stream.partition("@")[0].upper() != symbol:
            self.drop(f"symbol {symbol!r} on stream {stream!r}")
            return None
        return stream, data

    def drop(self, why: str) -> None:
        """Count a frame that is not used."""
        self.dropped += 1
        self.last_error = why[:200]


class NaiveParserRobustness(ParserRobustness):
    """Trusts every frame; the first one that it cannot read ends the reader."""

    survives = False

    def read(self, text: str | bytes) -> tuple[str, dict[str, Any]] | None:
        frame = json.loads(text)
        return frame.get("stream", ""), frame.get("data", frame)
