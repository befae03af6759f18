"""Numbers that come back from pages, and the names of files that go out."""

from __future__ import annotations

import pytest
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from tender.frame.downloads import download
from tender.frame.numbers import NEVER_SHOWN, HiddenNumber, whole_number


class SeenForm(FlaskForm):
    class Meta:
        csrf = False

    seen = HiddenNumber()


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("17", 17), ("2147483647", 2**31 - 1), ("0000000012", 12)]
)
def test_a_hidden_number_is_read_as_the_page_wrote_it(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text", [None, "", "-1", "1.5", "1e3", " 7", "²", "٣", "2147483648", "9" * 5000, "seven"]
)
def test_a_hidden_number_that_no_page_can_have_shown_matches_no_row(text):
    assert whole_number(text) == NEVER_SHOWN == -1


@pytest.mark.parametrize(
    ("sent", "data", "number"),
    [("12", 12, 12), ("", None, NEVER_SHOWN), ("x", NEVER_SHOWN, NEVER_SHOWN), (None, 5, 5)],
)
def test_a_hidden_number_comes_back_with_its_form(app, sent, data, number):
    given = MultiDict() if sent is None else MultiDict({"seen": sent})
    with app.test_request_context():
        form = SeenForm(formdata=given, data={"seen": 5})
        assert (form.seen.data, form.seen.number) == (data, number)


def test_a_hidden_number_is_empty_where_there_is_no_entry(app):
    with app.test_request_context():
        assert 'value=""' in SeenForm(formdata=None).seen()
        assert 'value="12"' in SeenForm(formdata=None, seen=12).seen()


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("lots-1.csv", 'attachment; filename="lots-1.csv"'),
        ('a/b "c"\r\nX: y.csv', 'attachment; filename="a-b-c-X-y.csv"'),
        ("Tàmeside.csv", 'attachment; filename="T-meside.csv"'),
    ],
)
def test_a_file_goes_out_under_a_name_that_every_system_can_keep(name, header):
    assert download(b"", name, "text/csv").headers["Content-Disposition"] == header


def test_a_file_may_be_shown_instead_of_kept():
    shown = download(b"%PDF", "report.pdf", "application/pdf", show=True)
    assert shown.headers["Content-Disposition"].startswith("inline;")
    assert shown.get_data() == b"%PDF"
