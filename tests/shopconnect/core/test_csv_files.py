"""Files of tables: RFC 4180, and nothing in them that a spreadsheet would run."""

import csv
import io

import pytest

from shopconnect.core.web.csv_files import csv_lines, csv_response


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_text_that_begins_like_a_formula_stays_a_text(start):
    (line,) = csv_lines([[f"{start}cmd|' /C calc'!A0", -1, 2.5]])
    assert next(csv.reader(io.StringIO(line, newline=""))) == [f"'{start}cmd|' /C calc'!A0", "-1", "2.5"]


def test_lines_are_those_of_the_standard():
    rows = [["Name", "Said"], ['A "b", c', "two\nlines"], ["plain", 1]]
    assert list(csv_lines(rows)) == ["Name,Said\r\n", '"A ""b"", c","two\nlines"\r\n', "plain,1\r\n"]


def test_a_file_is_kept_by_the_browser_under_its_name_and_written_while_it_is_sent():
    response = csv_response('été "2026".csv', iter([["a"]]))
    assert response.streaming
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert (
        b"".join(response.streaming_content) == b"\xef\xbb\xbfa\r\n"
    )  # by its byte order mark Excel knows it for UTF-8
