"""`python -m chaostrading.pressure ORDER`: the driver of one load, see `driver.py`."""

import sys

from chaostrading.pressure.driver import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
