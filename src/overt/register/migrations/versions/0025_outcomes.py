"""What the law of some countries turns on: marks and orders, purposes of look-ups, what a machine alone may decide.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0020"

_DAY = sa.Text().with_variant(sa.Date(), "postgresql")
_ADDED: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "entry": {"automated_under": sa.Text(), "mention_on": _DAY},
    "outcome": {"kept_by_order_on": _DAY},
    "access": {"purpose": sa.Text()},
    "consequence": {"significant": sa.Integer().with_variant(sa.Boolean(), "postgresql")},
}


def upgrade() -> None:
    """Adds the columns, and makes the views over them again."""
    for name, columns in _ADDED.items():
        # Read from the view as it stands, so that the columns of every change before this one stay in it.
        view = sa.inspect(op.get_bind()).get_columns(name)
        listed = [*(each["name"] for each in view if each["name"] != "recorded_at"), *columns, "recorded_at"]
        op.execute(f'drop view "{name}"')
        for column, kind in columns.items():
            op.add_column(f"{name}_version", sa.Column(column, kind))
        quoted = ", ".join(f'"{each}"' for each in listed)
        op.execute(f'create view "{name}" as select {quoted} from "{name}_version" where closed_seq is null')
