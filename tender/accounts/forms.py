"""Forms of the accounts pages."""

from __future__ import annotations

from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovPasswordInput,
    GovSubmitInput,
    GovTextInput,
)
from wtforms import PasswordField, SelectChoice, SelectMultipleField, StringField, SubmitField
from wtforms.validators import DataRequired, Email, InputRequired, Length

from lots import text
from tender.accounts.operations import STAFF_ROLES
from tender.frame.forms import Form

ROLE_NAMES = {
    "administrator": "Administrator – adds people and gives roles",
    "officer": "Procurement officer – sets up and runs tenders",
    "approver": "Approver – approves an award that an officer recommends",
    "evaluator": "Evaluator – marks answers",
    "moderator": "Moderator – leads moderation and records agreed marks",
    "provider": "Provider – bids",
    "auditor": "Auditor – reads everything after opening",
}


def email_field(label: str = "Email address", hint: str = "") -> StringField:
    return StringField(
        label,
        description=hint,
        widget=GovTextInput(),
        filters=[lambda typed: text.code(typed) if typed else typed],
        validators=[
            DataRequired("Enter an email address"),
            Length(max=254, message="Email address must be 254 characters or fewer"),
            Email("Enter an email address in the correct format, like name@example.com"),
        ],
    )


def text_field(label: str, missing: str, most: int, hint: str = "") -> StringField:
    return StringField(
        label,
        description=hint,
        widget=GovTextInput(),
        validators=[
            DataRequired(missing),
            Length(max=most, message=f"{label} must be {most} characters or fewer"),
        ],
    )


def new_password_field(label: str = "Password") -> PasswordField:
    return PasswordField(
        label,
        description="At least 12 characters. Three or four unrelated words work well.",
        widget=GovPasswordInput(),
        validators=[InputRequired(f"Enter a {label.lower()}")],
    )


class SignInForm(Form):
    email = StringField(
        "Email address",
        widget=GovTextInput(),
        filters=[lambda typed: text.code(typed) if typed else typed],
        validators=[InputRequired("Enter your email address")],
    )
    password = PasswordField(
        "Password", widget=GovPasswordInput(), validators=[InputRequired("Enter your password")]
    )
    submit = SubmitField("Sign in", widget=GovSubmitInput())


class RegistrationForm(Form):
    company = text_field("Company or charity name", "Enter the name of your company or charity", 200)
    name = text_field("Your full name", "Enter your full name", 200)
    email = email_field(hint="You will sign in with this address")
    submit = SubmitField("Register", widget=GovSubmitInput())


class NewPasswordForm(Form):
    password = new_password_field()
    submit = SubmitField("Set password", widget=GovSubmitInput())


class ChangePasswordForm(Form):
    present_password = PasswordField(
        "Present password",
        widget=GovPasswordInput(),
        validators=[InputRequired("Enter your present password")],
    )
    password = new_password_field("New password")
    submit = SubmitField("Change password", widget=GovSubmitInput())


class RolesForm(Form):
    roles = SelectMultipleField(
        "Roles",
        description="Select all that apply",
        choices=[SelectChoice(role, ROLE_NAMES[role]) for role in STAFF_ROLES],
        widget=GovCheckboxesInput(),
        validators=[InputRequired("Select at least one role")],
    )
    submit = SubmitField("Save roles", widget=GovSubmitInput())


class PersonForm(Form):
    name = text_field("Full name", "Enter their full name", 200)
    email = email_field()
    roles = SelectMultipleField(
        "Roles",
        description="Select all that apply",
        choices=[SelectChoice(role, ROLE_NAMES[role]) for role in STAFF_ROLES],
        widget=GovCheckboxesInput(),
        validators=[InputRequired("Select at least one role")],
    )
    submit = SubmitField("Add person", widget=GovSubmitInput())
