"""The Lancashire example: a council, thirty invented care companies, three tenders."""

from tender.example.commands import example

commands = [example]
