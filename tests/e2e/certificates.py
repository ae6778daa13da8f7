"""Certificates for tests, made by openssl when they are needed."""

import os
import subprocess


def openssl(*arguments, stdin=b"", both=False):
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, timeout=60, check=False)
    if done.returncode != 0:
        raise AssertionError(f"openssl {arguments[0]}: {done.stderr.decode()}")
    return (done.stdout + (done.stderr if both else b"")).decode()


def validity(days):
    """Options of openssl x509. Since version 3.4 it refuses what ends before it begins, and accepts the beginning."""
    if days < 0 and "-not_before" in openssl("x509", "-help", both=True):
        return ("-not_before", "20200101000000Z", "-not_after", "20200102000000Z")
    return ("-days", str(days))


class Authority:
    """A folder with a certificate authority: ca.crt, ca.key."""

    def __init__(self, folder, name="ca"):
        self.folder, self.name = folder, name
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-keyout", self.path(f"{name}.key"), "-out", self.path(f"{name}.crt"),
            "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip

    def path(self, name):
        return os.path.join(self.folder, name)

    def sign(self, name, san, usage="serverAuth", days=2):
        """Makes NAME.crt and NAME.key; with `days` below 0 it has expired. The key is made first."""
        request = openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={name}", "-keyout", self.path(f"{name}.new.key"),
        )  # fmt: skip
        extensions = self.path(f"{name}.ext")
        with open(extensions, "w", encoding="ascii") as file:
            file.write(
                f"subjectAltName={san}\nextendedKeyUsage={usage}\nkeyUsage=critical,digitalSignature\n"
                "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
            )
        certificate = openssl(
            "x509", "-req", "-CA", self.path(f"{self.name}.crt"), "-CAkey", self.path(f"{self.name}.key"),
            *validity(days), "-extfile", extensions, "-set_serial", str(int.from_bytes(os.urandom(8), "big")),
            stdin=request.encode(),
        )  # fmt: skip
        os.replace(self.path(f"{name}.new.key"), self.path(f"{name}.key"))
        with open(self.path(f"{name}.crt"), "w", encoding="ascii") as file:
            file.write(certificate)
        return certificate
