"""``python -m server.cli``: the ``truebox`` command where it is not on the path."""

from __future__ import annotations

import sys

from server.cli import main

sys.exit(main())
