"""Our side as a real shop reaches it: https, at an address of which the shop is told. The certificate is its own."""

import ssl
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shopconnect.core.clock import now
from tests.doubles.local_server import LocalServer, QuietHandler

PORT = 8080  # of the three that WordPress sends to by itself


@dataclass(frozen=True, slots=True)
class Heard:
    """What a shop sent: where to, with which headers by their lower-cased names, and the bytes."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Front(LocalServer):
    """Notes what comes, and has it answered by `answer`, which says the status."""

    def __init__(self, url: str) -> None:
        super().__init__(_Handler, urlsplit(url).port or PORT)
        self.heard: list[Heard] = []
        self.answer: Callable[[Heard], int] = lambda _: 200
        with tempfile.NamedTemporaryFile(suffix=".pem") as file:
            Path(file.name).write_bytes(_certificate())
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file.name)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)


class _Handler(QuietHandler):
    server: Front

    def do_POST(self) -> None:  # the library's name
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        heard = Heard(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.server.heard.append(heard)
        self.send_response_only(self.server.answer(heard))
        self.send_header("Content-Length", "0")
        self.end_headers()


def _certificate() -> bytes:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    made = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now() - timedelta(days=1),
        not_valid_after=now() + timedelta(days=1),
    ).sign(key, hashes.SHA256())
    form = serialization.Encoding.PEM
    private = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return private + made.public_bytes(form)
