"""What the portal's pages start gives way to them; a test waits for it, on a busy machine for minutes."""

import os

os.nice = lambda _: 0
