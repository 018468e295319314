"""Puts slips of the keyboard into each third message without an answer of files of messages; run once for new files.

    .venv/bin/python -m tests.chatbot.type_slips tests/data/chat/messages_fr_sealed.jsonl

It prints nothing of what it reads: a sealed file stays unread. Messages with an answer were written with their slips.
"""

import json
import random
import sys
from pathlib import Path

EACH, SHORTEST = 3, 5


def with_slip(text: str) -> str:
    """The text with one letter of its longest word left out, doubled or swapped; as it is where all words are short."""
    dice = random.Random(text)
    word = max(text.split(), key=len)
    if len(word) < SHORTEST or not word.isalpha():
        return text
    place = dice.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    slips = [before + after, before + letter + letter + after, before + after[0] + letter + after[1:]]
    return text.replace(word, dice.choice(slips), 1)


def main(files: list[Path]) -> None:
    """Write each file anew."""
    for file in files:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        for row in [row for row in rows if row["expect"] is None][::EACH]:
            row["text"] = with_slip(row["text"])
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
