"""The consent that an item rests on, the authority that another renews, and who was sent what the log calls disclosed.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_DAY = sa.Text().with_variant(sa.Date(), "postgresql")
_ADDED: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "item": {"consent_ref": sa.Text(), "consent_withdrawn_on": _DAY},
    "authority": {"renews": sa.Text()},
    "access": {"recipient": sa.Text()},
}


def upgrade() -> None:
    """Adds the columns, and makes the views over them again."""
    for name, added in _ADDED.items():
        # Read from the view as it stands, so that the columns of every change before this one stay in it.
        view = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(name) if each["name"] != "recorded_at"]
        op.execute(f'drop view "{name}"')
        for column, kind in added.items():
            op.add_column(f"{name}_version", sa.Column(column, kind))
        listed = ", ".join(f'"{column}"' for column in [*view, *added, "recorded_at"])
        op.execute(f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null')
