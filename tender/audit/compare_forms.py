"""The forms by which anybody compares a head that they kept."""

from __future__ import annotations

from typing import Final

from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovSubmitInput, GovTextInput
from wtforms import HiddenField, StringField, SubmitField

from lots.outside_heads import OutsideHead, head_of, read_heads
from lots.refusal import Refusal
from tender.frame.forms import Form

LARGEST_FILE: Final = 100_000
"""Bytes; a receipt has two thousand."""


class HeadForm(Form):
    """Sent with GET: it changes nothing, and the answer has an address that can be passed on."""

    class Meta:
        csrf = False

    log = StringField("Tender’s reference", widget=GovTextInput())
    root = StringField("Log head", description="64 digits and letters", widget=GovTextInput())
    size = StringField(
        "Number of entries",
        description="If it is given beside the head. Leave it empty otherwise.",
        widget=GovTextInput(),
    )
    leaf = HiddenField()
    compare = SubmitField("Compare", widget=GovSubmitInput())

    def head(self) -> OutsideHead:
        """What was typed. Raises Refusal."""
        return head_of(self.log.data or "", self.root.data or "", self.size.data, self.leaf.data or None)


class HeadFileForm(Form):
    file = FileField(
        "Receipt or file with one head",
        description="As this service gave it, text or JSON",
        widget=GovFileInput(),
        validators=[FileRequired("Choose the file to compare")],
    )
    submit = SubmitField("Compare the file", widget=GovSubmitInput())

    def head(self) -> OutsideHead:
        """The one head in the file. Raises Refusal."""
        content = self.file.data.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise Refusal("The file is too large to be a receipt; it may have 100 kB", "file")
        try:
            heads = read_heads(content)
        except Refusal as refusal:
            raise Refusal(refusal.message, "file") from None
        if len(heads) != 1:
            raise Refusal(f"The file holds {len(heads)} heads. Give a file with the one to compare", "file")
        return heads[0]
