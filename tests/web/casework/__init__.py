"""The whole of rights, requests for information and complaints in a browser, on SQLite and on PostgreSQL."""
