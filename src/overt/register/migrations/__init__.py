"""Changes to the tables of a register, in their order; run by Alembic when a register is opened."""
