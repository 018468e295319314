"""Pure retrieval: the entries of one language become arrays, a message becomes ranked candidates and a verdict."""

from chatbot.answers.engine.confidence import SCORER, judge
from chatbot.answers.engine.index import Index, build_index, pack_index, unpack_index

__all__ = ["SCORER", "Index", "build_index", "judge", "pack_index", "unpack_index"]
