"""What the operator decides about a bucket for results: the four variables that RunPod's own uploader reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tts.media.bucket.address import Bucket, bucket
from warmup.environment.judge import Check
from warmup.report import Finding

ADDRESS, NAME = "BUCKET_ENDPOINT_URL", "BUCKET_NAME"
ACCESS_KEY, SECRET_KEY = "BUCKET_ACCESS_KEY_ID", "BUCKET_SECRET_ACCESS_KEY"


@dataclass(frozen=True, kw_only=True)
class BucketSettings:
    """Where results go that are too large for a reply, or are asked for as links."""

    bucket_endpoint_url: str | None = None
    bucket_access_key_id: str | None = field(default=None, repr=False)
    bucket_secret_access_key: str | None = field(default=None, repr=False)
    bucket_name: str | None = None

    @property
    def bucket(self) -> Bucket | None:
        """The bucket, if all that it needs is set and fits together."""
        address, access, secret = self.bucket_endpoint_url, self.bucket_access_key_id, self.bucket_secret_access_key
        if address is None or access is None or secret is None:
            return None
        try:
            return bucket(address, self.bucket_name, access, secret)
        except ValueError:
            return None


def together(values: Mapping[str, object]) -> Check:
    """Look whether what is set of a bucket makes one.

    Args:
        values: by field of `BucketSettings`, those that are set and right.
    """
    names = (ADDRESS, ACCESS_KEY, SECRET_KEY, NAME)
    texts = {name: str(values[name.lower()]) for name in names if name.lower() in values}
    missing = [name for name in names[:3] if name not in texts]
    if texts and missing:
        problem = f"has no effect without {' and '.join(missing)}"
        return Check((Finding("warning", next(iter(texts)), problem, f"{missing[0]}=<your value>"),))
    if not texts:
        return Check()
    try:
        bucket(texts[ADDRESS], texts.get(NAME), texts[ACCESS_KEY], texts[SECRET_KEY])
    except ValueError as error:
        fix = f"unset {NAME}" if "another" in str(error) else f"{NAME}=<your bucket>"
        return Check((Finding("error", ADDRESS, f"{error}; no link to a result can be made", fix),))
    return Check()
