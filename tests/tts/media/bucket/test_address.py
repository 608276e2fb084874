"""Where a bucket is, read from an address and a name as operators write them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from tts.media.bucket.address import Bucket, bucket

R2 = "0123456789abcdef0123456789abcdef"
FORMS: dict[tuple[str, str | None], tuple[str, str, str, str, bool]] = {  # endpoint, name, prefix, region, virtual
    ("https://mine.s3.eu-west-1.amazonaws.com", None): ("s3.eu-west-1.amazonaws.com", "mine", "", "eu-west-1", True),
    ("https://mine.s3.eu-west-1.amazonaws.com/", "mine"): ("s3.eu-west-1.amazonaws.com", "mine", "", "eu-west-1", True),
    ("https://s3.eu-west-1.amazonaws.com/mine", None): ("s3.eu-west-1.amazonaws.com", "mine", "", "eu-west-1", True),
    ("https://s3-us-gov-west-1.amazonaws.com", "mine"): (
        "s3-us-gov-west-1.amazonaws.com",
        "mine",
        "",
        "us-gov-west-1",
        True,
    ),
    ("https://s3.dualstack.ap-south-1.amazonaws.com", "mine"): (
        *("s3.dualstack.ap-south-1.amazonaws.com", "mine", "", "ap-south-1"),
        True,
    ),
    ("https://s3.amazonaws.com", "mine/a/b"): ("s3.amazonaws.com", "mine", "a/b", "us-east-1", True),
    ("https://s3.amazonaws.com", "UPPER"): ("s3.amazonaws.com", "UPPER", "", "us-east-1", False),
    ("https://dots.in.it.s3.amazonaws.com", None): ("s3.amazonaws.com", "dots.in.it", "", "us-east-1", False),
    (f"https://{R2}.r2.cloudflarestorage.com", "mine"): (f"{R2}.r2.cloudflarestorage.com", "mine", "", "auto", False),
    (f"https://{R2}.eu.r2.cloudflarestorage.com/mine", None): (
        *(f"{R2}.eu.r2.cloudflarestorage.com", "mine", "", "auto"),
        False,
    ),
    ("https://s3.us-west-004.backblazeb2.com", "mine"): (
        "s3.us-west-004.backblazeb2.com",
        "mine",
        "",
        "us-west-004",
        False,
    ),
    ("https://mine.s3.us-west-004.backblazeb2.com", None): (
        *("s3.us-west-004.backblazeb2.com", "mine", "", "us-west-004"),
        True,
    ),
    ("https://mine.nyc3.digitaloceanspaces.com", None): ("nyc3.digitaloceanspaces.com", "mine", "", "nyc3", True),
    ("https://s3api-eu-ro-1.runpod.io/", "vol42"): ("s3api-eu-ro-1.runpod.io", "vol42", "", "eu-ro-1", False),
    ("https://s3.fr-par.scw.cloud/mine/x", "mine"): ("s3.fr-par.scw.cloud", "mine", "x", "fr-par", False),
    ("http://minio:9000/mine/a//b/", None): ("minio:9000", "mine", "a/b", "us-east-1", False),
    ("http://mine.minio:9000", "mine"): ("minio:9000", "mine", "", "us-east-1", True),
    ("http://[::1]:9000", "mine"): ("[::1]:9000", "mine", "", "us-east-1", False),
    ("https://mine.oss-cn-hangzhou.aliyuncs.com", "mine"): (
        "oss-cn-hangzhou.aliyuncs.com",
        "mine",
        "",
        "us-east-1",
        True,
    ),
}
WRONG = {
    "no address": ("", "mine"),
    "no host": ("https://", "mine"),
    "no bucket": ("https://s3.amazonaws.com", None),
    "another bucket": ("https://mine.s3.amazonaws.com", "other"),
    "a login": ("https://me:pw@s3.amazonaws.com", "mine"),
    "a query": ("https://s3.amazonaws.com?x=1", "mine"),
    "a fragment": ("https://s3.amazonaws.com#x", "mine"),
    "another protocol": ("ftp://s3.amazonaws.com", "mine"),
    "a file": ("file:///etc", "mine"),
    "a port out of range": ("https://host:99999", "mine"),
    "a port that is none": ("https://host:x", "mine"),
    "a line break": ("https://host\r\nX: y", "mine"),
    "a bracket": ("https://[::1", "mine"),
    "a name of dots": ("https://host", ".."),
    "a name with blanks": ("https://host", "a b"),
}


@pytest.mark.parametrize(("given", "found"), FORMS.items(), ids=[str(given) for given in FORMS])
def test_every_form_in_use_is_understood(given: tuple[str, str | None], found: tuple[str, str, str, str, bool]) -> None:
    address, name = given
    scheme = address.partition(":")[0]
    assert bucket(address, name, "a", "s") == Bucket(f"{scheme}://{found[0]}", *found[1:], "a", "s")


@pytest.mark.parametrize(("address", "name"), WRONG.values(), ids=WRONG)
def test_what_is_no_bucket_is_refused_without_repeating_it(address: str, name: str | None) -> None:
    with pytest.raises(ValueError, match=r"address|bucket") as caught:
        bucket(address, name, "a", "s")
    assert "pw" not in str(caught.value)


@pytest.fixture(scope="module")
def session() -> Session:
    return Session()


@pytest.mark.parametrize("given", FORMS, ids=str)
def test_botocore_asks_the_host_that_is_told(session: Session, given: tuple[str, str | None]) -> None:
    """The host that is looked at before a stranger's bucket is used is the one that is asked then."""
    found = bucket(*given, "a", "s")
    client = session.create_client(
        "s3",
        region_name=found.region,
        endpoint_url=found.endpoint,
        aws_access_key_id="a",
        aws_secret_access_key="s",
        config=Config(s3={"addressing_style": "virtual" if found.virtual else "path"}, signature_version="s3v4"),
    )
    link = client.generate_presigned_url("get_object", Params={"Bucket": found.name, "Key": "k"})
    assert urlsplit(link).hostname == found.host


@given(st.text(), st.none() | st.text())
def test_whatever_is_written_is_a_bucket_or_refused(address: str, name: str | None) -> None:
    for prefix in ("", "https://", "https://host/"):
        try:
            found = bucket(prefix + address, name, "a", "s")
        except ValueError:
            continue
        assert found.host
        assert ".." not in found.prefix.split("/")


def test_keys_are_not_shown() -> None:
    assert "sEcReT" not in repr(bucket("https://host", "mine", "sEcReT-id", "sEcReT"))
