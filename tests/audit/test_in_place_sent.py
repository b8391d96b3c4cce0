"""What PostgreSQL is sent in an audit, by the server's own log, and whom it is sent to. Everybody is invented."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.audits import Request, SourceOptions, audit, plan_audit
from overt.controls.engines import open_server
from overt.refusals import Refusal
from tests.audit.conftest import AS_OF, Silent
from tests.audit.test_in_place import ENTRY, ROWS, run_on
from tests.postgres import Server, own_server

pytest.importorskip("psycopg")
pytestmark = pytest.mark.postgres
PASSWORD = "not-to-be-shown-51c8"  # noqa: S105  of a test


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with own_server() as made:
        run_on(made.url, ENTRY, ROWS, "alter system set log_line_prefix = '@@%a@'")
        yield made


def _shape(sql: str) -> str:
    """A statement without the names that the driver gives, and without the limit of time that it has."""
    sql = re.sub(r'(savepoint|release|rollback to)( savepoint)?( "_pg3_[0-9]+")?', r"\1", sql.strip(), flags=re.I)
    sql = re.sub(r"(statement_timeout =) (\{milliseconds\}|[0-9]+)", r"\1", sql)
    return re.sub(r"\$[0-9]+|%s", "?", " ".join(sql.split())).lower().replace("rollback to", "rollback")


def _logged(log: str) -> set[str]:
    statements = re.findall(r"@@overt@LOG:  (?:statement|execute [^:]*): (.*?)(?=@@|\Z)", log, re.DOTALL)
    return {_shape(part) for statement in statements for part in statement.split(";\n")}


def test_the_server_is_sent_nothing_that_is_not_listed(server: Server, tmp_path: Path) -> None:
    """Not in the plan, not in the audit, the proof and the settings among them; what is planned is what is sent."""
    run_on(server.url, "alter system set log_statement = 'all'", "select pg_reload_conf()")
    request = Request(SourceOptions(server.url), ("core",), AS_OF, out=tmp_path / "out", only=("OV-02", "OV-21"))
    planned = [str(each["sql"]) for each in plan_audit(request)]
    audit(request, Silent())
    run_on(server.url, "alter system set log_statement = 'none'", "select pg_reload_conf()")
    lines = (tmp_path / "out" / "statements.jsonl").read_text("utf-8").splitlines()
    sent = [str(json.loads(line)["sql"]) for line in lines]
    listed = {_shape(part) for sql in sent for part in sql.split(";\n")}
    logged = _logged(server.log)
    assert len(logged) > 20
    assert logged - listed == set()
    # Of these columns a value is none of the codes.
    assert {sql for sql in sent if sql not in planned and "number_of_rows desc" not in sql} == set()


def _certificate(name: str, *, ends: dt.timedelta, issuer: tuple[bytes, bytes] | None = None) -> tuple[bytes, bytes]:
    """A key and a certificate for a host or an authority, in PEM; signed by the issuer, or by itself."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    by, signer = subject, key
    if issuer:
        signer = serialization.load_pem_private_key(issuer[0], None)  # type: ignore[assignment]
        by = x509.load_pem_x509_certificate(issuer[1]).subject
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(by).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - dt.timedelta(days=9)).not_valid_after(now + ends)
    if issuer:
        host = x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
        builder = builder.add_extension(x509.SubjectAlternativeName([host]), critical=False)
    else:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private, builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


CERTIFICATES = {
    "right": ("127.0.0.1", "Authority", 9, ""),
    "of another host": ("db.example", "Authority", 9, "certificate is for another host"),
    "by another authority": ("127.0.0.1", "Another", 9, "certificate was not accepted"),
    "expired": ("127.0.0.1", "Authority", -1, "certificate was not accepted"),
}


@pytest.mark.parametrize("which", CERTIFICATES)
def test_a_certificate_is_checked(server: Server, tmp_path: Path, which: str) -> None:
    """Of the right host, by the authority that is named, and in time; else refused, without the password."""
    host, authority, ends, found = CERTIFICATES[which]
    own = _certificate("Authority", ends=dt.timedelta(days=9))
    key, certificate = _certificate(host, ends=dt.timedelta(days=ends), issuer=own)
    server.put("server.key", key)
    server.put("server.crt", certificate)
    run_on(server.url, "alter system set ssl = on", "select pg_reload_conf()", "select pg_sleep(0.3)")
    trusted = own if authority == "Authority" else _certificate(authority, ends=dt.timedelta(days=9))
    (tmp_path / "ca.pem").write_bytes(trusted[1])
    url = server.url.replace("overt@", f"overt:{PASSWORD}@")
    url += f"?sslmode=verify-full&sslrootcert={tmp_path / 'ca.pem'}"
    if not found:
        engine = open_server(url)
        assert engine.fetch("select ssl from pg_stat_ssl where pid = pg_backend_pid()") == [(True,)]
        engine.close()
        return
    with pytest.raises(Refusal, match=found) as caught:
        open_server(url)
    assert caught.value.code == "engine-unreachable"
    assert "sslrootcert" in caught.value.remedy
    assert PASSWORD not in str(caught.value)
