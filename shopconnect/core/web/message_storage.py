"""Messages from one page to the next, also where pages stand in a frame and keep no cookie."""

from typing import Any

from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.core.cache import cache

TTL_SECONDS = 60


class _FrameStorage(SessionStorage):
    """Keeps messages to somebody in a frame in the cache, for the page that comes next."""

    def _get(self, *args: Any, **named: Any) -> tuple[list[Any], bool]:
        if self._key is None:
            return [], False
        return self.deserialize_messages(cache.get(self._key)) or [], True

    def _store(self, messages: list[Any], response: Any, *args: Any, **named: Any) -> list[Any]:
        if self._key is None:
            return messages
        if messages:
            cache.set(self._key, self.serialize_messages(messages), TTL_SECONDS)
        else:
            cache.delete(self._key)
        return []

    @property
    def _key(self) -> str | None:
        embedded = getattr(self.request, "embedded", None)
        return f"messages:{self.request.user.pk}:{embedded.session_id}" if embedded else None


class FramedMessageStorage(FallbackStorage):
    """Aside in a frame, else Django's own way."""

    storage_classes = (_FrameStorage, *FallbackStorage.storage_classes)
