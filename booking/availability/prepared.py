"""Queries that are compiled once and asked often: building one costs more than answering it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, Expression, Field, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Parameter(Expression):
    """Stands in a query for a value that is given by its name whenever it is asked."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, Any]:
        return "%s", [self]

    def bound(self, given: object) -> Any:
        """A value as the database's driver takes it."""
        return self.output_field.get_db_prep_value(given, connection)


class Ids(Parameter):
    """Any number of ids, of which ``Among`` asks."""

    def __init__(self, name: str) -> None:
        super().__init__(name, BigIntegerField())

    def bound(self, given: Any) -> Any:
        return given if connection.vendor == "postgresql" else json.dumps(given)


class Among(Func):
    """Whether a column's id is one of ``Ids``: a condition of the same words for any number."""

    arity = 2
    output_field = BooleanField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self._joined(compiler, connection, " = ANY(")

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self._joined(compiler, connection, " IN (SELECT value FROM json_each(")

    def _joined(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, opening: str
    ) -> tuple[str, Any]:
        template = "%(expressions)s" + ")" * opening.count("(")
        return self.as_sql(compiler, connection, template=template, arg_joiner=opening)


class Prepared:
    """The rows of several querysets of equal columns, by one query with parameters.

    Rows come as the driver reads them.
    """

    def __init__(self, querysets: Sequence[QuerySet[Any, Any]]) -> None:
        first, *rest = querysets
        query = first.union(*rest, all=True).query
        self._sql, self._parameters = query.get_compiler(connection=connection).as_sql()

    def rows(self, given: Mapping[str, object]) -> list[tuple[Any, ...]]:
        parameters = [
            one.bound(given[one.name]) if isinstance(one, Parameter) else one
            for one in self._parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, parameters)
            return cursor.fetchall()
