"""Time in the double: the machine's, moved on by a test as far as it likes."""

from datetime import UTC, datetime, timedelta


class Clock:
    """The double's time. `skip` moves it on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """Return the moment in UTC."""
        return datetime.now(UTC) + self.ahead

    def skip(self, seconds: float) -> None:
        """Move on."""
        self.ahead += timedelta(seconds=seconds)

    def text(self) -> str:
        """Return the moment as Shopify writes it, to the second."""
        return written(self.now())

    def nanoseconds(self) -> str:
        """Return the moment with nine decimals, as in X-Shopify-Triggered-At."""
        return self.now().strftime("%Y-%m-%dT%H:%M:%S.%f") + "741Z"


def written(moment: datetime) -> str:
    """Return a moment as Shopify writes it, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
