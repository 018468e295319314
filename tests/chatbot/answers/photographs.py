"""Photos as devices make them, and what only looks like one."""

import base64
from io import BytesIO
from typing import Any

from PIL import Image

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F
SECRET = b"48.8584 Camille's phone"
RED, BLUE = (200, 20, 20), (20, 20, 200)


def photograph(width: int = 80, height: int = 40, form: str = "JPEG", **options: Any) -> bytes:
    """A picture that is red on its left and blue on its right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return saved(image, form, **options)


def saved(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    written = BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


def from_a_phone(orientation: int = 1) -> bytes:
    """A photo that tells where and by whom it was taken, in each place where a file can."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, SECRET.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (48.0, 51.0, 30.2), 3: "E", 4: (2.0, 17.0, 40.2)})
    exif.get_ifd(0x8769)[0x9286] = SECRET
    taken = photograph(exif=exif, comment=SECRET, icc_profile=SECRET, quality=90)
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + SECRET
    return taken[:2] + b"\xff\xe1" + (len(xmp) + 2).to_bytes(2, "big") + xmp + taken[2:] + SECRET


def many_scans(count: int) -> bytes:
    """A photo whose last layer stands in it again and again: little to send, long to read."""
    whole = photograph(1_600, 1_600, progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * count + whole[-2:]


def claims_to_measure(side: int) -> bytes:
    """A small file whose header speaks of many pixels."""
    whole = bytearray(photograph())
    header = whole.index(b"\xff\xc0") + 5
    whole[header : header + 4] = side.to_bytes(2, "big") * 2
    return bytes(whole)


def as_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))
