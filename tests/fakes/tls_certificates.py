"""Certificates for a loopback server named tls.example: one good until 2120, one that expired in 2020, one key for both.

Made for these tests and for nothing else; they open no door anywhere.
"""

import ssl
import tempfile
from pathlib import Path

_KEY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjum4kJ+e5EqkU0PUP/HEyxBjarhYSWaVSKMUvrzJqluhRANCAAQ1"
    "lrkoirWUNN94fzYNyfmCmYDg3L6NLtg3RIhrnaxPLo8kAIkkIRCQ6DrfHa8uz0RCcI9ke2zKzjRkIJ+ZUMHZ"
)
GOOD = (
    "MIIBZzCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAt0bHMuZXhhbXBsZTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIw"
    "MDEwMTAwMDAwMFowFjEUMBIGA1UEAwwLdGxzLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ1lrkoirWUNN94fzYN"
    "yfmCmYDg3L6NLtg3RIhrnaxPLo8kAIkkIRCQ6DrfHa8uz0RCcI9ke2zKzjRkIJ+ZUMHZo0owSDAWBgNVHREEDzANggt0bHMuZXhh"
    "bXBsZTAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBTYl2hHiYYeCL31JUSj76o38V4trjAKBggqhkjOPQQDAgNIADBFAiEAjFKP"
    "JMeYwEc98RNYFzowfJTyQvnwNFl4oYTxftEOXD4CID0CPSwPl8hgaxmdF6S6ltlkJ9UvUna2hRgW59Hfr6kH"
)
EXPIRED = (
    "MIIBZjCCAQugAwIBAgIBAjAKBggqhkjOPQQDAjAWMRQwEgYDVQQDDAt0bHMuZXhhbXBsZTAeFw0yMDAxMDEwMDAwMDBaFw0yMDAy"
    "MDEwMDAwMDBaMBYxFDASBgNVBAMMC3Rscy5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENZa5KIq1lDTfeH82Dcn5"
    "gpmA4Ny+jS7YN0SIa52sTy6PJACJJCEQkOg63x2vLs9EQnCPZHtsys40ZCCfmVDB2aNKMEgwFgYDVR0RBA8wDYILdGxzLmV4YW1w"
    "bGUwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQU2JdoR4mGHgi99SVEo++qN/FeLa4wCgYIKoZIzj0EAwIDSQAwRgIhAMxM4BNC"
    "Zs8ZuMzvMzW1RiRI6+jmGLrp+ijKGWsinVYlAiEA5CcqSplz+dCsS4fBe1rR2TJEC5gS0AeNVtS5p4Bc1nU="
)


def _pem(kind: str, base64_text: str) -> str:
    lines = [base64_text[at : at + 64] for at in range(0, len(base64_text), 64)]
    return "\n".join([f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""])


def server_tls(certificate: str = GOOD) -> ssl.SSLContext:
    """Return what the server side needs to show `certificate`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(_pem("PRIVATE KEY", _KEY) + _pem("CERTIFICATE", certificate))
        file.flush()
        context.load_cert_chain(Path(file.name))
    return context


def client_tls(*trusted: str) -> ssl.SSLContext:
    """Return a client side that trusts these certificates and no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for certificate in trusted:
        context.load_verify_locations(cadata=_pem("CERTIFICATE", certificate))
    return context
