"""What the operator decides about a bucket for results: the four variables that RunPod's own uploader reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tts.media.bucket.address import Bucket, NoBucket, bucket
from warmup.environment.judge import Check, stripped
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


def together(values: Mapping[str, object], environment: Mapping[str, str]) -> Check:
    """Look whether what is set of a bucket makes one. The finding is about what is missing or contradicts the rest.

    Args:
        values: by field of `BucketSettings`, those that are set and right.
        environment: where those that are wrong stand too; of them enough is said already.
    """
    names = (ADDRESS, ACCESS_KEY, SECRET_KEY, NAME)
    texts = {name: str(values[name.lower()]) for name in names if name.lower() in values}
    wrong = [name for name in names if name not in texts and stripped(name, environment.get(name, ""))[0]]
    if not texts or wrong:
        return Check()
    for name in names[:3]:
        if name not in texts:
            problem = f"is missing; without it {' and '.join(texts)} can't be used, and no link to a result can be made"
            return Check((Finding("warning", name, problem, f"{name}=<your value>"),))
    try:
        bucket(texts[ADDRESS], texts.get(NAME), texts[ACCESS_KEY], texts[SECRET_KEY])
    except NoBucket:
        problem = "is missing, and the address names no bucket either; no link to a result can be made"
        return Check((Finding("error", NAME, problem, f"{NAME}=<your value>"),))
    except ValueError as error:
        return Check((Finding("error", ADDRESS, f"{error}; no link to a result can be made"),))
    return Check()
