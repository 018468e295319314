"""A file comes whole, in slices and after broken connections, or what came of it is not taken for the whole."""

import gzip
from contextlib import suppress

import pytest

from shopconnect.core import http
from tests.shopconnect.core.test_http import body, loopback_open, server  # noqa: F401

pytestmark = pytest.mark.usefixtures("loopback_open")
CONTENT = b"".join(b"line %d\n" % number for number in range(60_000))


def part_of(content=CONTENT, most=10**9, asked=None, given=10**9):
    """A server that knows ranges, gives so many bytes of the rest, and breaks off after so many of an answer."""

    def respond(handler):
        wanted = handler.headers.get("Range", "bytes=0-")
        if asked is not None:
            asked.append(wanted)
        begin = int(wanted.removeprefix("bytes=").rstrip("-"))
        if begin >= len(content):
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(content)}")
            handler.send_header("Content-Length", "0")
            return handler.end_headers()
        end = min(len(content), begin + given) if begin else len(content)
        handler.send_response(206 if begin else 200)
        handler.send_header("Content-Length", str(end - begin))
        handler.send_header("Content-Range", f"bytes {begin}-{end - 1}/{len(content)}")
        handler.end_headers()
        return handler.wfile.write(content[begin : min(end, begin + most)])

    return respond


def whole(url, path, **limits):
    return http.download(url, path, **limits) == http.Download(200, is_whole=True)


def test_a_file_is_streamed_to_disk(tmp_path):
    with server(body(content=CONTENT)) as (url, _):
        assert whole(url, tmp_path / "file")
        assert whole(url, tmp_path / "file")  # from a server that knows no ranges it comes anew
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_file_goes_on_where_it_broke_off_and_one_that_is_whole_is_left_alone(tmp_path):
    asked, tries = [], 0
    with server(part_of(most=200_000, asked=asked)) as (url, _):
        while True:
            with suppress(http.NetworkError):
                if whole(url, tmp_path / "file"):
                    break
            tries += 1
        assert whole(url, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert tries == len(CONTENT) // 200_000
    assert asked == [
        f"bytes={place}-" if place else "bytes=0-" for place in (*range(0, len(CONTENT), 200_000), len(CONTENT))
    ]


def test_a_file_comes_in_slices_of_time(tmp_path):
    slices = 0
    with server(part_of()) as (url, _):
        while not whole(url, tmp_path / "file", most_seconds=0):
            slices += 1
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert slices > 0


def test_a_server_that_gives_less_than_was_asked_for_is_asked_again(tmp_path):
    (tmp_path / "file").write_bytes(CONTENT[:1000])
    slices = 0
    with server(part_of(given=100_000)) as (url, _):
        while not whole(url, tmp_path / "file"):
            slices += 1
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert slices == (len(CONTENT) - 1000) // 100_000


@pytest.mark.parametrize("here", [b"x" * (len(CONTENT) + 1), CONTENT])
def test_a_file_longer_than_the_servers_comes_anew(here, tmp_path):
    (tmp_path / "file").write_bytes(here)
    with server(part_of()) as (url, _):
        while not whole(url, tmp_path / "file"):
            pass
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_file_that_was_compressed_on_the_way_is_never_gone_on_with(tmp_path):
    packed = gzip.compress(CONTENT)

    def respond(handler):
        handler.send_response(200)
        handler.send_header("Content-Encoding", "gzip")
        handler.send_header("Content-Length", str(len(packed)))
        handler.end_headers()
        handler.wfile.write(packed)

    with server(respond) as (url, _):
        with pytest.raises(http.TooSlow):
            http.download(url, tmp_path / "file", most_seconds=0)
        assert (tmp_path / "file").read_bytes() == b""
        assert whole(url, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_file_that_is_not_there_leaves_what_came_before(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    with server(body(404)) as (url, _):
        assert http.download(url, tmp_path / "file") == http.Download(404, is_whole=False)
    assert (tmp_path / "file").read_bytes() == b"x"


def test_a_file_that_is_too_large_is_refused(tmp_path):
    with server(body(content=b"x" * 5001)) as (url, _), pytest.raises(http.TooLarge):
        http.download(url, tmp_path / "file", most_bytes=5000)
