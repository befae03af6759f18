"""What the role that serves may do on PostgreSQL: read, add rows, and change what the guards let change.

It owns nothing. So it can neither take a trigger off or switch it off, nor empty or alter a table.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text

from lots.guards.guard import Guard, schema_of
from lots.guards.tables import GUARDS, UNGUARDED

READ_ALONE = "alembic_version"

_POWERS = text(
    """
    SELECT r.rolsuper AS superuser, r.rolcreaterole AS creates_roles, r.rolreplication AS replicates,
           ARRAY(SELECT o.rolname::text FROM pg_roles o
                 WHERE pg_has_role(r.oid, o.oid, 'MEMBER') AND (
                   o.oid IN (SELECT relowner FROM pg_class
                             WHERE relnamespace = to_regnamespace(current_schema()))
                   OR o.oid = (SELECT nspowner FROM pg_namespace WHERE nspname = current_schema())
                      AND o.rolname <> 'pg_database_owner'
                   OR o.oid = (SELECT datdba FROM pg_database WHERE datname = current_database())
                   OR o.rolsuper OR o.rolcreaterole OR o.rolname IN (
                     'pg_write_all_data', 'pg_execute_server_program', 'pg_write_server_files'))
                 ORDER BY 1) AS through,
           quote_ident(r.rolname) AS name
    FROM pg_roles r WHERE r.rolname = :role
    """
)
_MAY_CREATE = text("SELECT has_schema_privilege(:role, current_schema(), 'CREATE')")
_GRANTED = text(
    """
    SELECT DISTINCT r.rolname FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee
    WHERE c.relnamespace = to_regnamespace(current_schema()) AND c.relname = 'event'
      AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner ORDER BY 1
    """
)


class Unfit(Exception):
    """The role cannot serve; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def granted(connection: Connection) -> list[str]:
    """The roles that were given what serving needs."""
    return list(connection.scalars(_GRANTED))


def powers(connection: Connection, role: str) -> str:
    """Why this role could lift what the database refuses; "" where it cannot. Raises Unfit for no role."""
    row = connection.execute(_POWERS, {"role": role}).one_or_none()
    if row is None:
        raise Unfit(
            f"There is no role {role}. Make it first, as a superuser: CREATE ROLE {role} LOGIN PASSWORD '…';"
        )
    if row.superuser:
        return f"{role} is a superuser"
    if row.creates_roles:
        return f"{role} may make roles, and so give itself what it likes"
    if row.replicates:
        return f"{role} may replicate, and so read everything there is"
    if role in row.through:
        return f"{role} owns the database or tables of it"
    if row.through:
        return f"{role} is a member of {', '.join(row.through)}"
    return ""


def of_engine(engine: Engine) -> str:
    """As `powers`, of the role by which this engine connects; "" on SQLite."""
    if engine.dialect.name != "postgresql":
        return ""
    with engine.connect() as connection:
        return powers(connection, str(connection.scalar(text("SELECT current_user"))))


def grant(connection: Connection, role: str) -> None:
    """Give the role exactly what serving needs, whatever it had before. By the owner of the tables.

    Raises Unfit for a role that could lift what the database refuses.
    """
    why = powers(connection, role)
    if why:
        raise Unfit(
            f"{why}: it could lift what the database refuses. Serve with a role that owns nothing, and let "
            "the owner only make and renew the tables. "
            "As a superuser: CREATE ROLE tender_serving LOGIN PASSWORD '…'; "
            "then: flask --app wsgi database grant tender_serving"
        )
    schema = schema_of(connection)
    name = connection.scalar(text("SELECT quote_ident(:role)"), {"role": role})
    for statement in statements(schema, str(name)):
        connection.exec_driver_sql(statement)
    if connection.scalar(_MAY_CREATE, {"role": role}):
        raise Unfit(
            f"{role} can make tables in the schema {schema}, because everybody can. As its owner or a "
            f"superuser: REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC; "
            f"then again: flask --app wsgi database grant {role}"
        )


def statements(schema: str, role: str) -> list[str]:
    """The SQL for a schema and a role, both already quoted."""
    tables = f"ALL TABLES IN SCHEMA {schema}"
    sequences = f"ALL SEQUENCES IN SCHEMA {schema}"
    made = [
        *(f"REVOKE ALL ON {what} FROM {role}" for what in (tables, sequences, f"SCHEMA {schema}")),
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"GRANT USAGE ON {sequences} TO {role}",
        f"GRANT SELECT ON {schema}.{READ_ALONE} TO {role}",
    ]
    for guard in GUARDS:
        table = f"{schema}.{guard.table}"
        made.append(f"GRANT SELECT, INSERT ON {table} TO {role}")
        if columns := _changing(guard):
            made.append(f"GRANT UPDATE ({', '.join(columns)}) ON {table} TO {role}")
        if guard.removable:
            made.append(f"GRANT DELETE ON {table} TO {role}")
    made += [
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {schema}.{table} TO {role}"
        for table in UNGUARDED
        if table != READ_ALONE
    ]
    return made


def _changing(guard: Guard) -> list[str]:
    return [*guard.frozen, *(one for of in guard.while_.values() for one in of), *guard.changing]
