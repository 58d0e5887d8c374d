"""`python -m tests.benchmarks COMMAND`"""

import argparse
import importlib
from pathlib import Path

COMMANDS = {
    "proxy": "http_load",
    "ws": "ws_load",
    "tls": "tls_load",
    "delay": "delays",
    "heal": "heals",
    "suite": "house",
    "reports": "pages",
    "viewers": "viewers",
}


def main() -> None:
    """Read the arguments and run a command."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="smaller loads: a look, no judgement")
    parser.add_argument("--peers", type=Path, help="folder of the environments of the peers")
    options = parser.parse_args()
    module = importlib.import_module(f"tests.benchmarks.{COMMANDS[options.command]}")
    module.main(options.rounds, options.quick, options.peers)


if __name__ == "__main__":
    main()
