"""What an exception on the device means: memory that ran out, a device beyond use, or a defect of this program."""

from __future__ import annotations

import torch

# Said by what allocates beside torch's own allocator: CUDA itself, cuBLAS, the CPU's.
_NO_MEMORY = ("out of memory", "CUBLAS_STATUS_ALLOC_FAILED", "can't allocate memory")


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether the same work may succeed once memory is freed."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _NO_MEMORY)


def outlives_its_job(error: BaseException, device: torch.device) -> bool:
    """Whether the device is beyond use until the process ends, as after an assertion or an illegal address in a kernel.

    Not by the words of the error: after one that lasts, the simplest call fails too.
    """
    if not isinstance(error, RuntimeError) or ran_out_of_memory(error):
        return False
    if isinstance(error, torch.AcceleratorError):
        return True
    if device.type != "cuda":
        return False
    try:
        torch.cuda.synchronize(device)
    except RuntimeError:
        return True
    return False
