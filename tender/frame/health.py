"""`/health`: whether this process can read its database. For load balancers and operators; no session."""

from __future__ import annotations

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from lots.person import Person
from tender.frame.context import db
from tender.frame.permissions import public

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@public
def health() -> tuple[dict[str, str], int]:
    try:
        # a real table, so that a database without its tables is not called healthy
        db.session.execute(select(Person.id).limit(1)).first()
    except SQLAlchemyError:
        db.session.rollback()
        return {"status": "the database cannot be read"}, 503
    return {"status": "ok"}, 200
