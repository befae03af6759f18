"""A browser without a screen: it follows redirects, fills forms as they stand, and checks every page."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask, session
from sqlalchemy import select
from werkzeug.test import TestResponse

from lots.person import Person
from tender.accounts.signed_in import begin_session
from tender.frame import context

REDIRECTS = {301, 302, 303, 307, 308}
REFERENCES = {"for", "aria-describedby", "aria-labelledby", "aria-controls"}
"""Attributes that name the ids of other elements."""
IGNORED_INPUTS = {"submit", "button", "image", "reset", "file"}


class Seen:
    """An answer: `.status`, `.path` where it came from in the end, `.html` if it is a page."""

    def __init__(self, response: TestResponse, path: str) -> None:
        self.response = response
        self.status = response.status_code
        self.path = path
        self.headers = response.headers
        self.data = response.data
        self.is_page = response.mimetype == "text/html"
        self.html = BeautifulSoup(response.data, "html.parser")

    @property
    def text(self) -> str:
        """What a reader sees in the main part, with single spaces."""
        part = self.html.main or self.html
        return re.sub(r"\s+", " ", part.get_text(" ")).strip()

    @property
    def heading(self) -> str:
        assert self.html.h1 is not None
        return re.sub(r"\s+", " ", self.html.h1.get_text(" ")).strip()

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        if b"govuk-error-summary" not in self.data:
            return []  # looking for it in the tree takes longer than reading most pages
        return [item.get_text(" ", strip=True) for item in self.html.select(".govuk-error-summary__list li")]

    @property
    def done(self) -> str:
        """What the green banner says."""
        return " ".join(
            tag.get_text(strip=True) for tag in self.html.select(".govuk-notification-banner__heading")
        )

    def value(self, name: str) -> str | list[str]:
        """What the form field holds now."""
        return _values(self.html).get(name, "")

    def links(self) -> dict[str, str]:
        """Links of the main part: text to address."""
        part = self.html.main or self.html
        return {
            re.sub(r"\s+", " ", a.get_text(" ", strip=True)): str(a["href"])
            for a in part.find_all("a", href=True)
        }


class Client:
    """`get(path)`, `post_form(path, {...})`; both follow redirects and give a `Seen`."""

    def __init__(self, app: Flask, *, address: str = "127.0.0.1") -> None:
        self.app = app
        self.address = address
        self.raw = app.test_client()
        """Flask's own client with the same cookies, for requests that no browser would send."""

    def another(self, *, address: str = "127.0.0.1") -> Client:
        return Client(self.app, address=address)

    def enter(self, email: str) -> Client:
        """The browser as it is after this person has signed in, without the pages on which they do."""
        with self.app.test_request_context():
            context.begin()
            begin_session(context.db.session.scalars(select(Person).where(Person.email == email)).one())
            after = dict(session)
        with self.raw.session_transaction() as cookie:
            cookie.clear()
            cookie.update(after)
        return self

    def sign_in(self, email: str, password: str) -> Seen:
        """By the page for it."""
        seen = self.post_form("/sign-in", {"email": email, "password": password})
        assert not seen.errors, seen.errors
        return seen

    def sign_out(self) -> Seen:
        return self.post_form("/", {}, action="/sign-out")

    def get(self, path: str, status: int = 200) -> Seen:
        seen = self.follow(self.raw.get(path, environ_base=self._environ(), buffered=True), path)
        assert seen.status == status, f"{path}: {seen.status}, not {status}: {seen.text[:500]}"
        return seen

    def post_form(
        self,
        path: str,
        data: dict[str, Any] | None = None,
        *,
        submit: str | None = None,
        action: str | None = None,
        status: int | None = None,
    ) -> Seen:
        """Open the page, change the fields given, leave all others as they stand, and send the form.

        The form is the one with a button whose text is `submit`, or that sends to `action`; without
        either, the only one in the main part. A value of None leaves a field out; a list gives it several
        times; `(bytes-stream, "name.csv")` is a file. A name that the form does not have fails the test,
        unless it starts with "!", which sends it nevertheless, as a forger would.
        """
        page = self.get(path)
        form = _find_form(page, submit, action)
        values = _values(form)
        names = {str(tag["name"]) for tag in form.find_all(attrs={"name": True})}
        for name, value in (data or {}).items():
            bare = name.removeprefix("!")
            assert name.startswith("!") or bare in names, (
                f"{page.path}: no field {name} among {sorted(names)}"
            )
            values.pop(bare, None)
            if value is not None:
                values[bare] = value
        button = _button(form, submit)
        if button is not None and button.get("name"):
            values[str(button["name"])] = str(button.get("value", ""))
        target = urljoin(page.path, str((button or {}).get("formaction") or form.get("action") or page.path))
        if str(form.get("method", "get")).lower() == "get":
            response = self.raw.get(target, query_string=values, environ_base=self._environ(), buffered=True)
        else:
            kind = form.get("enctype") or "application/x-www-form-urlencoded"
            response = self.raw.post(
                target,
                data=values,
                content_type=kind if any(isinstance(v, tuple) for v in values.values()) else None,
                environ_base=self._environ(),
                buffered=True,
                headers={"Referer": f"http://localhost{page.path}"},
            )
        seen = self.follow(response, target)
        expected = {status} if status is not None else {200, 400, 429}
        assert seen.status in expected, f"{target}: {seen.status}, not {expected}: {seen.text[:500]}"
        return seen

    def _environ(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}

    def follow(self, response: TestResponse, path: str) -> Seen:
        """Where an answer of `raw` leads in the end."""
        for _ in range(5):
            if response.status_code not in REDIRECTS:
                break
            target = urlsplit(urljoin(path, response.headers["Location"]))
            path = target.path + (f"?{target.query}" if target.query else "")
            response = self.raw.get(path, environ_base=self._environ(), buffered=True)
        seen = Seen(response, path)
        if seen.is_page:
            check_page(seen)
        return seen


def check_page(seen: Seen) -> None:
    """What holds for every page, whatever it is about."""
    html, where = seen.html, seen.path
    tags: dict[str, list[Tag]] = {}
    for tag in html.find_all(True):
        tags.setdefault(tag.name, []).append(tag)
    assert len(tags.get("h1", ())) == 1, f"{where}: {len(tags.get('h1', ()))} h1 headings"
    assert seen.heading, f"{where}: an empty heading"
    assert html.title, f"{where}: no title"
    assert html.title.get_text(strip=True).endswith("– Tender evaluation"), f"{where}: title {html.title}"
    assert bool(seen.errors) == html.title.get_text().startswith("Error: "), (
        f"{where}: title and errors differ"
    )
    ids = Counter(tag["id"] for named in tags.values() for tag in named if "id" in tag.attrs)
    repeated = [id for id, n in ids.items() if n > 1]
    assert not repeated, f"{where}: ids that appear twice: {repeated}"
    for tag in (tag for named in tags.values() for tag in named):
        inline = [name for name in tag.attrs if name == "style" or name.startswith("on")]
        assert not inline, f"{where}: inline {inline} in {tag}"
        for name in REFERENCES & tag.attrs.keys():
            for id in str(tag[name]).split():
                assert id in ids, f"{where}: {name}={id} points nowhere"
    assert "style" not in tags, f"{where}: an inline style sheet"
    assert all(script.get("src") for script in tags.get("script", ())), f"{where}: an inline script"
    labelled = {label.get("for") for label in tags.get("label", ())}
    for tag in (tag for name in ("input", "select", "textarea") for tag in tags.get(name, ())):
        if tag.get("type") == "hidden" or tag.has_attr("hidden"):
            continue
        named = tag.get("aria-label") or tag.get("aria-labelledby") or tag.get("id") in labelled
        assert named, f"{where}: no label for {tag}"
    for link in html.select(".govuk-error-summary a[href^='#']") if seen.errors else ():
        assert str(link["href"])[1:] in ids, f"{where}: the error {link} leads nowhere"
    for form in tags.get("form", ()):
        if str(form.get("method", "get")).lower() == "post":
            assert form.find("input", attrs={"name": "csrf_token"}), f"{where}: a form without token: {form}"
    assert "Content-Security-Policy" in seen.headers, where


def _find_form(page: Seen, submit: str | None, action: str | None) -> Tag:
    if action is not None:
        found = [form for form in page.html.find_all("form") if form.get("action") == action]
    elif submit is not None:
        found = [form for form in page.html.find_all("form") if _button(form, submit) is not None]
    else:
        found = (page.html.main or page.html).find_all("form")
    assert len(found) == 1, (
        f"{page.path}: {len(found)} forms for submit={submit!r} action={action!r}; buttons: "
        f"{[button.get_text(' ', strip=True) for button in page.html.find_all('button')]}"
    )
    return found[0]


def _button(form: Tag, text: str | None) -> Tag | None:
    buttons = [tag for tag in form.find_all("button") if tag.get("type", "submit") == "submit"]
    if text is None:
        return buttons[0] if buttons else None
    return next(
        (tag for tag in buttons if re.sub(r"\s+", " ", tag.get_text(" ", strip=True)).startswith(text)), None
    )


def _values(form: Tag | BeautifulSoup) -> dict[str, Any]:
    """What a browser would send, but for the button: name to value, or to a list where a name repeats."""
    pairs: list[tuple[str, str]] = []
    for tag in form.find_all(["input", "select", "textarea"]):
        name = tag.get("name")
        if not name or tag.has_attr("disabled"):
            continue
        if tag.name == "textarea":
            # the parser keeps the newline that browsers drop right after the tag
            pairs.append((str(name), re.sub(r"^\r?\n", "", tag.get_text())))
        elif tag.name == "select":
            options = tag.find_all("option")
            chosen = [option for option in options if option.has_attr("selected")] or options[:1]
            pairs += [(str(name), str(option.get("value", option.get_text()))) for option in chosen]
        elif tag.get("type") in {"checkbox", "radio"}:
            if tag.has_attr("checked"):
                pairs.append((str(name), str(tag.get("value", "on"))))
        elif tag.get("type") not in IGNORED_INPUTS:
            pairs.append((str(name), str(tag.get("value", ""))))
    values: dict[str, Any] = {}
    for name, value in pairs:
        values[name] = (
            [*values[name], value]
            if isinstance(values.get(name), list)
            else ([values[name], value] if name in values else value)
        )
    return values
