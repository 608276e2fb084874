"""Where to compute and in which precision: chosen with a reason, or refused in words."""

from __future__ import annotations

import pytest
import torch

from tts.choice import Choice
from tts.errors import ModelError
from warmup.device import check_kernels, choose_device, choose_dtype
from warmup.machine import DeviceSettings, detect

CPU, GPU = torch.device("cpu"), torch.device("cuda")


def test_a_choice_comes_with_its_reason() -> None:
    here = detect(((), ""))
    assert choose_device(DeviceSettings(device="cpu"), here) == Choice(CPU, "TTS_DEVICE=cpu")
    assert choose_dtype(DeviceSettings(dtype="bfloat16"), CPU) == Choice(torch.bfloat16, "TTS_DTYPE=bfloat16")
    assert choose_dtype(DeviceSettings(), GPU).value == torch.float16
    assert choose_dtype(DeviceSettings(), CPU).value == torch.float32


@pytest.mark.parametrize("device", ["cuda:99", "mps"])
def test_a_device_that_is_not_there_is_refused(device: str) -> None:
    with pytest.raises(ModelError, match=f"TTS_DEVICE={device}"):
        choose_device(DeviceSettings(device=device), detect(((), "")))


@pytest.mark.parametrize(("capability", "served"), [((7, 0), False), ((8, 6), True), ((9, 0), True), ((11, 0), False)])
def test_a_gpu_that_this_torch_has_no_kernels_for_is_refused_with_those_it_has(
    capability: tuple[int, int], served: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: ["sm_80", "sm_86", "sm_90", "sm_90a", "sm_120"])
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "Some GPU")
    if served:
        check_kernels(torch.device("cuda"))
        return
    with pytest.raises(ModelError, match=r"Some GPU has compute capability .* has kernels for 8\.0, 8\.6, 9\.0, 12\.0"):
        check_kernels(torch.device("cuda"))
