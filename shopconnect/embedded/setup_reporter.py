"""Reporting how far a set-up is: to the person before the terminal, and to the pages of the web server."""

import re
import time
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path

from shopconnect.core.setup_progress import StageProgress, end_setup_progress, write_setup_progress
from shopconnect.embedded.process import Process

# What commands write where there is no terminal: what is at hand, percent, and a word on it.
LINE = re.compile(r"([\w -]+): +(\d+) %(?: +(.*))?")
LOOK_SECONDS, SAY_SECONDS = 1.0, 3.0


class SetupStage(StrEnum):
    """What is done to a shop before it can be shown; the demo's commands report theirs by these names."""

    INVENT = "invent"
    START = "start"
    LOAD = "load"
    ACCOUNTS = "accounts"
    LEARN = "learn"


SENTENCES = {
    SetupStage.INVENT: "The shop is being invented",
    SetupStage.START: "The servers start, and tables are made",
    SetupStage.LOAD: "The shop comes in",
    SetupStage.ACCOUNTS: "People are being let in",
    SetupStage.LEARN: "Suggestions are being learnt",
}


DONE = {
    SetupStage.INVENT: "The shop {name} is invented",
    SetupStage.LOAD: "The shop {name} is loaded",
    SetupStage.ACCOUNTS: "People can sign in",
    SetupStage.LEARN: "Suggestions are trained",
}
WHOLE = 100


class SetupReporter:
    """The steps of setting a shop up, in their order, and how far each is."""

    def __init__(self, folder: Path, say: Callable[[str], None], name: str, stages: Iterable[SetupStage]) -> None:
        self.folder, self.say, self.name = folder, say, name
        self.steps = {stage: StageProgress(stage) for stage in stages}
        self._began: dict[SetupStage, float] = {}
        self._stage_of: dict[Process, SetupStage] = {}
        self._look_at, self._say_at, self._said = 0.0, 0.0, ""
        self._write()

    def begin(self, stage: SetupStage, process: Process | None = None) -> None:
        """Note that a stage begins, and which process tells how far it is."""
        self._note(stage, 1)
        if process is not None:
            self._stage_of[process] = stage

    def end(self, stage: SetupStage) -> None:
        """Note that a stage is done, and say so once."""
        if stage not in self.steps or self.steps[stage].is_done:
            return
        self._note(stage, WHOLE)
        self._write()
        if stage in DONE:
            self.say(f"{DONE[stage].format(name=self.name)} ({time.monotonic() - self._began[stage]:.1f} s).")

    def is_done(self, stage: SetupStage) -> bool:
        """Whether a stage is done, or none of ours."""
        return stage not in self.steps or self.steps[stage].is_done

    def end_all(self) -> None:
        """Note that nothing is being set up any more, however that came."""
        self.steps = {}
        end_setup_progress(self.folder)

    def look(self) -> None:
        """Read what the processes tell, write it for the pages, and say a line every few seconds where it is news."""
        moment = time.monotonic()
        if not self.steps or moment < self._look_at:
            return
        self._look_at = moment + LOOK_SECONDS
        for process in self._stage_of:
            self.read(process)
        self._write()
        if moment >= self._say_at:
            self._say(moment)

    def read(self, process: Process) -> None:
        """Take in what a process has told since the last time."""
        for line in process.new_lines():
            if found := LINE.fullmatch(line.strip()):
                self._take(self._stage_of.get(process), *found.groups())

    def _take(self, stage: SetupStage | None, name: str, percent: str, detail: str | None) -> None:
        # A process that goes through several stages names them.
        reported = SetupStage(name) if name in set(SetupStage) else stage
        if reported is None:
            return
        if int(percent) >= WHOLE:
            self.end(reported)
        else:
            self._note(reported, min(int(percent), WHOLE - 1), detail or name)

    def _note(self, stage: SetupStage, percent: int, detail: str = "") -> None:
        if stage in self.steps and not self.steps[stage].is_done:
            self._began.setdefault(stage, time.monotonic())
            self.steps[stage] = StageProgress(stage, max(percent, 1), "" if detail == stage.value else detail)

    def _write(self) -> None:
        if self.steps:
            write_setup_progress(self.folder, tuple(self.steps.values()))

    def _say(self, moment: float) -> None:
        said = "; ".join(_describe(step) for step in self.steps.values() if step.is_under_way)
        if said and said != self._said:
            self._say_at, self._said = moment + SAY_SECONDS, said
            self.say(f"  {said}")


def _describe(step: StageProgress) -> str:
    percent = f": {step.percent} %" if step.percent > 1 else ""
    return f"{SENTENCES[SetupStage(step.stage)]}{percent}{f' ({step.detail})' if step.detail else ''}"
