"""Facts: who installed us, what is sold, what was bought, what shoppers did, what we may know."""

import os

# Our parallelism is processes. Threads of one matrix product that wait for each other on a busy machine take twice the
# CPU, and longer. Before anything imports numpy, which reads it once.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
