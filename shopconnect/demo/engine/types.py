"""Types that the parts of the generator share."""

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]
Record = dict[str, Any]  # a line of a folder's file
