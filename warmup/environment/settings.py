"""The worker's settings: one table, read once, before torch and the SDK are imported.

What torch, the Hugging Face hub and the SDK read stands in `warmup/environment/foreign.py`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from tts.limits import TEXT_LIMIT
from warmup.bucket import ACCESS_KEY, ADDRESS, NAME, SECRET_KEY, BucketSettings
from warmup.environment.addresses import Address
from warmup.environment.files import Pem, Place, Present
from warmup.environment.judge import shown
from warmup.environment.kinds import FALSE, KEY, PATH, TRUE, Between, Choice, ChoiceOrPath, Flag, Kind, Pattern
from warmup.flash_attn.settings import FlashAttnSettings
from warmup.machine import DeviceSettings
from warmup.weights.settings import OTHER_SIZES, WHISPER_SIZES, WeightsSettings


@dataclass(frozen=True, kw_only=True)
class Settings(WeightsSettings, FlashAttnSettings, DeviceSettings, BucketSettings):
    """What the operator decides: what each wing declares, and how jobs are served.

    Field `model` is the variable `TTS_MODEL`, and so on; see `field_of`.
    """

    concurrency: int = 2
    max_text_chars: int = TEXT_LIMIT
    inline_limit_mb: int = 10
    words: str | None = None
    shutdown_s: int = 10
    log_level: str = "INFO"
    strict_env: bool = False
    c2pa_cert: str | None = None
    c2pa_key: str | None = None

    def shown(self) -> dict[str, Any]:
        """Return the settings in force, by variable, as anybody may see them: without logins."""
        values = asdict(self)
        return {
            name: shown(name, value) if isinstance(value := values[field_of(name)], str) else value for name in TABLE
        }


def field_of(variable: str) -> str:
    """Return the field of `Settings` that a variable of the table sets."""
    return variable.removeprefix("TTS_").lower()


@dataclass(frozen=True)
class Variable:
    """One row of the table: what may stand there, and what it means."""

    kind: Kind
    meaning: str


TABLE: dict[str, Variable] = {
    "TTS_MODEL": Variable(
        ChoiceOrPath(
            ("auto", "demo", "F5TTS_v1_Base", "F5TTS_Base"),
            others=(("f5-tts", "F5TTS_v1_Base"), ("swivid/f5-tts", "F5TTS_v1_Base")),
        ),
        "Which weights. `auto`: F5TTS_v1_Base if it is on the machine, else on RunPod a download, else the demo.",
    ),
    "TTS_MODEL_CONFIG": Variable(
        PATH, "YAML in the form of `f5_tts/configs`, or a packaged name, when TTS_MODEL is a path."
    ),
    "TTS_VOCAB": Variable(PATH, "`vocab.txt` when TTS_MODEL is a path; left out: the one of the f5-tts package."),
    "TTS_VOCODER": Variable(PATH, "Folder of a Vocos (`config.yaml` and weights); left out: charactr/vocos-mel-24khz."),
    "TTS_ASR_MODEL": Variable(
        ChoiceOrPath(("auto", *WHISPER_SIZES), others=OTHER_SIZES),
        "Which Whisper hears recordings. `auto`: one that is on the machine; else a download, large-v3-turbo on a GPU, "
        "small on a CPU; without a network the English tiny.en of a package. Also a hub name, or a folder.",
    ),
    "TTS_ATTENTION": Variable(
        Choice(("auto", "flash_attn", "torch_varlen", "sdpa"), others=(("torch", "sdpa"),)),  # as upstream has it
        "Attention kernel; `auto` takes a variable-length one if it runs here, else sdpa.",
    ),
    "TTS_FLASH_ATTN": Variable(
        Choice(
            ("auto", "install", "off", "require"),
            others=(*((no, "off") for no in FALSE), *((yes, "auto") for yes in TRUE)),
        ),
        "The flash_attn build that fits this machine: `auto` uses one that is here and fetches it where it will be "
        "kept, `install` fetches it wherever it is, `require` doesn't serve without it.",
    ),
    "TTS_FLASH_ATTN_WHEELS": Variable(
        PATH, "A manifest in the form of `warmup/flash_attn/wheels.json` to use instead of it, for a mirror."
    ),
    "TTS_DTYPE": Variable(
        Choice(("auto", "float16", "bfloat16", "float32"), others=(("half", "float16"), ("fp32", "float32"))),
        "Precision; `auto`: float16 on a GPU, float32 on a CPU.",
    ),
    "TTS_DEVICE": Variable(Pattern(r"auto|cpu|cuda(:\d+)?", "auto / cpu / cuda / cuda:N"), "Where to compute."),
    "TTS_MAX_BATCH_FRAMES": Variable(
        Between(1, 1_048_576),
        "Rows of a step: mel frames, twice under guidance; one chunk always fits. Left out: as many as a GPU is found "
        "to need for its throughput, one chunk on a CPU. Less brings first sounds sooner.",
    ),
    "TTS_CONCURRENCY": Variable(Between(1, 64), "Jobs in progress at once; they share the device."),
    "TTS_CACHE_DIR": Variable(
        PATH,
        "Where downloads and half-precision copies are kept; left out: `worker-f5-tts` on the volume, else the "
        "hub's own cache and `~/.cache/worker-f5-tts`.",
    ),
    "TTS_VOICES_DIR": Variable(
        Place("folder"),
        "Where stored voices are, and recordings put there by hand; left out: `worker-f5-tts/voices` on the volume, "
        "else in the worker's own cache.",
    ),
    "TTS_VOLUME_DIR": Variable(
        Present("path", expands=True, folder=True), "Where a network volume is mounted; on a Pod that is /workspace."
    ),
    "TTS_ALLOW_DOWNLOAD": Variable(Flag(), "Whether missing weights and wheels may be downloaded."),
    "TTS_WORDS": Variable(
        Present("path", expands=True), 'JSON object of words and what is said for each, e.g. `{"RunPod": "run pod"}`.'
    ),
    "TTS_MAX_TEXT_CHARS": Variable(Between(1, TEXT_LIMIT), "Longest text of a job."),
    "TTS_INLINE_LIMIT_MB": Variable(
        Between(1, 20), "Largest reply; the platform takes 10 MB (/run) or 20 MB (/runsync)."
    ),
    "TTS_SHUTDOWN_S": Variable(
        Between(4, 3600),
        "Seconds from SIGTERM to the kill, which the platform doesn't tell; what isn't done 2 s before is handed back "
        "as `retry`.",
    ),
    "TTS_C2PA_CERT": Variable(
        Pem("CERTIFICATE"),
        "Chain of certificates with which recordings are signed as made by a machine (docs/provenance.md): a PEM file, "
        "or its text.",
    ),
    "TTS_C2PA_KEY": Variable(Pem("PRIVATE KEY"), "The key of that certificate, in the same way."),
    ADDRESS: Variable(
        Address(), "A service of S3's protocol, for links to results; the bucket may stand in its host or path, too."
    ),
    ACCESS_KEY: Variable(KEY, "Its key."),
    SECRET_KEY: Variable(KEY, "Its key's secret."),
    NAME: Variable(
        Pattern(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)*/?", "bucket, or bucket/prefix"),
        "The bucket, where its address doesn't name it, and a prefix for what is put there.",
    ),
    "TTS_LOG_LEVEL": Variable(Choice(("DEBUG", "INFO", "WARNING", "ERROR")), "How much the log says."),
    "TTS_STRICT_ENV": Variable(
        Flag(), "Whether a wrong variable ends the start; else it is mended or left at its default, and reported."
    ),
}
