"""Certificates of the tests' own, for servers on loopback."""

from __future__ import annotations

import datetime as dt
import ipaddress


def certificate(name: str, *, ends: dt.timedelta, issuer: tuple[bytes, bytes] | None = None) -> tuple[bytes, bytes]:
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
