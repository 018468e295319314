"""What the questions asked lately mean, kept as an artefact: they are looked through again and again."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.answers import knowledge
from chatbot.answers.engine.encoders.remembered import RememberedEncoder
from shopconnect.core.artefacts import store
from shopconnect.core.tenancy.context import ShopId

FEW = 50  # texts: so many are encoded again rather than stored


def remembered_encoder(
    shop_id: ShopId, language: str, name: str, texts: Sequence[str], kept: Sequence[str] = ()
) -> RememberedEncoder | None:
    """Return an encoder that knows texts already, None where there is none; outside any transaction.

    `name` says whose texts they are, as part of an artefact's name. Of what it knew before, only these texts and `kept`
    stay, so that what was erased is forgotten with the next ones.
    """
    encoder = knowledge.encoder_of(language)
    if encoder is None:
        return None
    room = f"{name}-{language}"
    artefact = store.load(shop_id, room)
    is_fit = artefact is not None and artefact.manifest.get("encoder") == encoder.name
    remembered = RememberedEncoder(encoder, artefact.arrays if artefact and is_fit else None)
    remembered.learn(texts)
    if remembered.learnt >= FEW:
        store.save(shop_id, room, remembered.pack([*texts, *kept]), {"encoder": remembered.name})
    return remembered
