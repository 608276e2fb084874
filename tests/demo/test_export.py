"""The exported network through upstream's own loader: the same numbers, whatever the length."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
import yaml
from f5_tts.infer.utils_infer import load_checkpoint
from f5_tts.model import CFM, DiT
from safetensors.torch import load_file

from demo.export import network as export
from demo.network import VOCAB, network, vocabulary
from tts.clock import MELS

SHIPPED = VOCAB.parent


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of random weights, exported."""
    run, folder = tmp_path_factory.mktemp("run"), tmp_path_factory.mktemp("demo")
    torch.manual_seed(0)
    weights = {
        name: torch.randn(value.shape) * 0.05 for name, value in network(compiled=False).transformer.named_parameters()
    }
    torch.save(weights, run / "averaged.pt")
    export(run, folder)
    return folder


def upstream(folder: Path) -> DiT:
    """Return what upstream makes of a folder."""
    arch = yaml.safe_load((folder / "config.yaml").read_text("utf-8"))["model"]["arch"]
    untrained = CFM(
        transformer=DiT(**arch, mel_dim=MELS, text_num_embeds=len(vocabulary())), vocab_char_map=vocabulary()
    )
    file = str(folder / "model.safetensors")
    return load_checkpoint(untrained, file, "cpu", dtype=torch.float32, use_ema=True).transformer.eval()


def test_the_frequencies_of_positions_are_stored_exactly(exported: Path) -> None:
    stored = load_file(exported / "model.safetensors")["ema_model.transformer.rotary_embed.inv_freq"]
    assert torch.equal(stored, network(compiled=False).transformer.rotary_embed.inv_freq)


def test_all_else_is_stored_in_half_precision(exported: Path) -> None:
    tensors = load_file(exported / "model.safetensors")
    floats = {name for name, value in tensors.items() if value.dtype == torch.float32}
    assert floats == {"ema_model.transformer.rotary_embed.inv_freq"}


@torch.inference_mode()
def test_upstream_computes_of_the_exported_file_what_training_did(exported: Path) -> None:
    torch.manual_seed(1)
    noisy, given, tokens = torch.randn(1, 900, MELS), torch.randn(1, 900, MELS), torch.randint(0, 61, (1, 150))
    plain = upstream(exported)
    exact = network(compiled=False).transformer.eval()
    state = {
        name.removeprefix("ema_model.transformer."): value.float()
        for name, value in load_file(exported / "model.safetensors").items()
    }
    exact.load_state_dict({name: value for name, value in state.items() if name not in ("initted", "step")})
    time = torch.tensor([0.3])
    torch.testing.assert_close(
        plain(noisy, given, tokens, time), exact(noisy, given, tokens, time), rtol=1e-4, atol=1e-4
    )
