"""Child processes end with their parent, whatever happens to it.

A parent starts a child with a pipe as its standard input and never writes to it. When the parent
ends in any way, SIGKILL included, the kernel closes the pipe and the child sees the end of file.
"""

import os
import sys
import threading

__all__ = ["end_with_parent"]


def end_with_parent() -> None:
    """Watch standard input on a thread and end this process at once when it is closed."""

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os._exit(0)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
