"""`python -m chaostrading.proxy`"""

import sys

from chaostrading.proxy.server import main

sys.exit(main())
