"""What a PostgreSQL server must be set to, so that it keeps answers and forgets their order."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}

#: What would keep answers in the order in which they came, or the time at which one came: in the
#: log of changes, in a log of statements, or in a line for each checkpoint, of which a batch that
#: is sealed makes one. A line about an error repeats the row that failed unless it is terse.
_FORGETFUL = {
    "wal_recycle": "off",
    "wal_keep_size": "0",
    "archive_mode": "off",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_duration": "off",
    "log_checkpoints": "off",
    "log_lock_waits": "off",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_autovacuum_min_duration": "-1",
    "log_connections": "off",
    "log_disconnections": "off",
    "log_statement_stats": "off",
    "log_executor_stats": "off",
    "log_parser_stats": "off",
    "log_planner_stats": "off",
    "log_temp_files": "-1",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
    "track_commit_timestamp": "off",
}

_RIGHTS = text(
    "SELECT pg_has_role(current_user, 'pg_checkpoint', 'member') AND "
    "has_function_privilege('pg_switch_wal()', 'execute')"
)
_STANDBYS = text("SELECT count(*) FROM pg_replication_slots")


def durability_of(connection: Connection) -> str:
    """Return what keeps a commit from being on the disk when it is acknowledged, or nothing."""
    return _first_difference(connection, _DURABLE)


def order_of(connection: Connection) -> str:
    """Return what keeps the order in which answers came, or nothing."""
    problem = _first_difference(connection, _FORGETFUL)
    if problem:
        return problem
    if not connection.scalar(_RIGHTS):
        return (
            "its log cannot be retired; as the owner of the server run GRANT pg_checkpoint and "
            "GRANT EXECUTE ON FUNCTION pg_switch_wal() to our role"
        )
    if connection.scalar(_STANDBYS):
        return "a replication slot keeps its log; drop it, a standby knows the order of arrival"
    return ""


def _first_difference(connection: Connection, expected: Mapping[str, str]) -> str:
    for name, value in expected.items():
        found = connection.exec_driver_sql(f"SHOW {name}").scalar()
        # Newer servers have a list where there was a switch, and call it "" when it is off.
        if found != value and (found, value) != ("", "off"):
            return f"PostgreSQL's {name} is {found}; set {name} = {value} and reload it"
    return ""
