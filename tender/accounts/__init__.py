"""People: signing in and out, registering as a provider, and who holds which role."""

from tender.accounts import people_views, registration_views, views
from tender.accounts.commands import person
from tender.accounts.permissions import PERMISSIONS
from tender.accounts.signed_in import init_app
from tender.frame.layout import NavigationItem

blueprints = [views.blueprint, people_views.blueprint, registration_views.blueprint]
commands = [person]
NAVIGATION = [
    NavigationItem(
        "People", "people.everybody", "people.manage", "Add people, give them roles, take access away"
    )
]

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprints", "commands", "init_app"]
