"""Certificate and key from the environment: files or texts; a pair that can't sign is a finding, or ends the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.certificates import Chain, chain
from tests.support.environments import TORCH
from tts.errors import ModelError
from warmup.environment.examine import examine
from warmup.environment.settings import Settings
from warmup.signing import signing


@pytest.fixture(scope="module")
def pair() -> Chain:
    return chain()


@pytest.mark.parametrize("way", ["files", "texts", "texts in one line"])
def test_a_pair_signs_whether_it_comes_as_files_or_as_texts(way: str, pair: Chain, tmp_path: Path) -> None:
    values = [pair.certificates.decode().strip(), pair.key.decode().strip()]
    if way == "files":
        for index, text in enumerate(values):
            (tmp_path / f"{index}.pem").write_text(text)
            values[index] = str(tmp_path / f"{index}.pem")
    elif way == "texts in one line":
        values = [text.replace("\n", "\\n") for text in values]
    found = examine(dict(zip(("TTS_C2PA_CERT", "TTS_C2PA_KEY"), values, strict=True)), TORCH)
    signer, findings = signing(found.settings)
    assert (found.findings, findings) == ((), ())
    assert signer is not None


def test_a_key_is_never_shown(pair: Chain) -> None:
    settings = Settings(c2pa_key=pair.key.decode(), c2pa_cert=pair.certificates.decode())
    assert settings.shown()["TTS_C2PA_KEY"] == "<your value>"
    broken = pair.key.decode().replace("PRIVATE KEY", "KEY")
    findings = examine({"TTS_C2PA_KEY": broken}, TORCH).findings
    assert [finding.subject for finding in findings] == ["TTS_C2PA_KEY"]
    assert broken[40:80] not in str(findings)


def test_a_pair_that_cannot_sign_is_a_finding_and_with_strict_env_the_end(pair: Chain) -> None:
    cert, key = pair.certificates.decode(), chain().key.decode()
    for values, subject in (
        ({"c2pa_cert": cert, "c2pa_key": key}, "TTS_C2PA_CERT"),
        ({"c2pa_cert": cert}, "TTS_C2PA_KEY"),
        ({"c2pa_key": key}, "TTS_C2PA_CERT"),
    ):
        signer, (finding,) = signing(Settings(**values))
        assert signer is None
        assert (finding.level, finding.subject) == ("error", subject)
        with pytest.raises(ModelError, match=subject):
            signing(Settings(**values, strict_env=True))


def test_nothing_set_is_nothing_to_say() -> None:
    assert signing(Settings()) == (None, ())
