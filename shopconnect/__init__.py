"""Facts: who installed us, what is sold, what was bought, what shoppers did, what we may know."""

import os

os.umask(0o077)  # what any process of ours writes is for its own account
