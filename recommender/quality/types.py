"""What may cross the wall of the quality room."""

from dataclasses import dataclass
from datetime import datetime

from shopconnect.ui.lights import Light, LightColour


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """A capability with its light; `since` is when its colour was first seen, None for today's."""

    name: str
    title: str
    light: Light
    since: datetime | None

    @property
    def colour(self) -> LightColour:
        """Return the light's colour."""
        return self.light.colour

    @property
    def is_beyond_mending(self) -> bool:
        """Say whether it gives no advice, and nothing that the shop could do would change that."""
        return self.colour == LightColour.RED and not any(reason.url for reason in self.light.reasons)
