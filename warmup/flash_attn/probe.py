"""Run in a process of its own: does a flash_attn build load here, and does it compute what torch computes?

    python warmup/flash_attn/probe.py [FOLDER]

FOLDER, where a wheel was unpacked, goes before everything else on sys.path. Prints one line of JSON,
`{"version": ...}` or `{"problem": ...}`. Without a GPU it computes on the CPU, where only a pure Python stand-in can.
"""

import json
import sys

LENGTHS = (128, 40, 88)  # frames of three packed sequences
HEADS, DIM_HEAD = 16, 64  # of F5-TTS
TOLERANCE = 1e-2  # of float16 results around 1


def main() -> None:
    """Print the verdict; a crash of the extension ends the process instead."""
    sys.path[:1] = sys.argv[1:]  # in place of this file's own folder
    try:
        verdict = {"version": verified()}
    except (ImportError, OSError, AttributeError, RuntimeError, TypeError, ValueError) as error:
        verdict = {"problem": f"{type(error).__name__}: {error}".partition("\n")[0]}
    print(json.dumps(verdict))


def verified() -> str:
    """Return the version of a flash_attn whose kernels agree with torch's attention.

    Raises:
        RuntimeError: they don't.
    """
    import torch  # first: flash_attn's library needs torch's
    from flash_attn import __version__, flash_attn_func, flash_attn_varlen_func
    from torch.nn.functional import scaled_dot_product_attention

    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    query, key, value = torch.randn(3, sum(LENGTHS), HEADS, DIM_HEAD, device=device).half()
    ends = torch.tensor([0, *LENGTHS], dtype=torch.int32, device=device).cumsum(0, dtype=torch.int32)

    def expected(*tensors: torch.Tensor) -> torch.Tensor:
        q, k, v = (tensor.float().transpose(0, 1) for tensor in tensors)
        return scaled_dot_product_attention(q, k, v).transpose(0, 1)

    whole = flash_attn_func(query[None], key[None], value[None])[0]
    packed = flash_attn_varlen_func(query, key, value, ends, ends, max(LENGTHS), max(LENGTHS))
    parts = zip(*(tensor.split(LENGTHS) for tensor in (query, key, value)), strict=True)
    pairs = {
        "flash_attn_func": (whole, expected(query, key, value)),
        "flash_attn_varlen_func": (packed, torch.cat([expected(*part) for part in parts])),
    }
    for name, (found, wanted) in pairs.items():
        off = (found.float() - wanted).abs().max().item()
        if not off <= TOLERANCE:
            raise RuntimeError(f"{name} is {off:.3g} off torch's attention")
    return str(__version__)


if __name__ == "__main__":
    main()
