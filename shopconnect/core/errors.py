"""The business no: a refusal carries a code for programs and a sentence for people."""


class Refusal(Exception):
    """A request that is understood and declined; nothing was changed.

    `code` is stable for programs, `message` a translated sentence that says what to do, `status` the HTTP status.
    """

    def __init__(self, code: str, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class Missing(Refusal):
    """What was asked for is not there, or is another shop's."""

    def __init__(self, message: str, code: str = "not_found") -> None:
        super().__init__(code, message, 404)


class Busy(Exception):
    """Somebody else is at the same thing, for longer than a person waits: trying again helps, nothing was changed."""
