"""`flask --app wsgi ratings import`."""

from sqlalchemy import func, select

from lots.rating import RatingsFile
from lots.record import pinned_file
from tests.app.opened_tender import ALL_GOOD, rated, ratings_csv


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["ratings", "import", *map(str, arguments)])


def test_an_operator_imports_a_file_and_pins_a_tender(app, opened, people, read, tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_bytes(ratings_csv(rated("1-101", "1-100", safe="Inadequate"), rated("1-201", "1-200")))
    result = run(app, file, "--as-at", "2026-11-01", "--tender", "HC-1", "--by", "officer@example.org")
    assert result.exit_code == 0, result.output
    assert "2 locations, SHA-256" in result.output
    assert "Taken out by the CQC rule: 1 bid." in result.output
    with read() as session:
        assert pinned_file(session, opened.tender(session)).filename == "ratings.csv"


def test_a_bad_file_is_told_row_by_row_and_ends_with_an_error(app, people, read, tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_bytes(ratings_csv(rated("1-1", "1-1", safe="Superb"), rated("bad id", "1-1")))
    result = run(app, file, "--as-at", "2026-11-01")
    assert result.exit_code == 1
    assert "Row 2, Location safe rating" in result.output
    assert "Row 3, Location ID" in result.output
    assert "Nothing was loaded." in result.output
    with read() as session:
        assert session.scalar(select(func.count()).select_from(RatingsFile)) == 0


def test_an_unknown_tender_undoes_the_import(app, people, read, tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_bytes(ALL_GOOD)
    result = run(app, file, "--as-at", "2026-11-01", "--tender", "NONE", "--by", "officer@example.org")
    assert result.exit_code == 1
    assert "There is no tender with the reference NONE." in result.output
    with read() as session:
        assert session.scalar(select(func.count()).select_from(RatingsFile)) == 0


def test_pinning_needs_to_be_told_who_pins(app, people, tmp_path):
    file = tmp_path / "ratings.csv"
    file.write_bytes(ALL_GOOD)
    result = run(app, file, "--as-at", "2026-11-01", "--tender", "HC-1")
    assert result.exit_code == 2
    assert "Say with --by which officer" in result.output
