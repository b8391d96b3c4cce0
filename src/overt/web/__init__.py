"""HTTP, in one place: no other package imports Starlette or runs a server.

`portal` is the register's pages, `studio` those of an audit on one computer, `gate_api` the gate for programs, `log`
and `witness` the two halves of a published ledger. `serving` runs each of them. Import what you need from these:
this package itself loads nothing.
"""
