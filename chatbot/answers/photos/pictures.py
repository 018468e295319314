"""What a stranger's device sent becomes a plain picture: pixels and nothing else, in a file that we write."""

from __future__ import annotations

import struct
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from chatbot.answers.photos.types import Picture
from shopconnect.core.errors import Refusal

LONGEST_SIDE = 1_600
MOST_SENT_BYTES = 1_400_000
MOST_PIXELS = 2_048 * 2_048  # told by the header, before any pixel is read
MOST_SCANS = 40  # each of them goes over all pixels again, and may take some ten bytes
QUALITY = 82
START_OF_SCAN = b"\xff\xda"
_BROKEN = (OSError, SyntaxError, ValueError, KeyError, TypeError, struct.error)  # as Pillow says it
Image.MAX_IMAGE_PIXELS = None  # ours is the lower bound


def plain_picture(sent: bytes) -> Picture:
    """Return a JPEG of what a device sent, upright and LONGEST_SIDE pixels at most, without place, time or device.

    Raises Refusal for what is no whole JPEG, or larger than the bounds above.
    """
    if len(sent) > MOST_SENT_BYTES:
        raise _too_large()
    try:
        with Image.open(BytesIO(sent), formats=("JPEG",)) as image:
            if image.width * image.height > MOST_PIXELS or sent.count(START_OF_SCAN) > MOST_SCANS:
                raise _too_large()
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except _BROKEN as broken:
        raise Refusal("no_photo", _("This photo can’t be read. Choose another one."), 400) from broken
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size)  # a picture that was read carries comments along
    plain.paste(upright)
    written = BytesIO()
    plain.save(written, "JPEG", quality=QUALITY)
    return Picture(written.getvalue(), *plain.size)


def _too_large() -> Refusal:
    return Refusal("too_large", _("This photo is too large. Choose a smaller one."), 413)
