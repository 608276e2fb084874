"""RunPod's platform on loopback, and workers in processes of their own that serve it."""

from tests.support.platform_api.faults import GONE, RESET, TWICE, Fault, at_random
from tests.support.platform_api.process import SDKS, Log, clean_environment, worker_process
from tests.support.platform_api.server import Platform, Post, platform, serving

__all__ = [
    "GONE",
    "RESET",
    "SDKS",
    "TWICE",
    "Fault",
    "Log",
    "Platform",
    "Post",
    "at_random",
    "clean_environment",
    "platform",
    "serving",
    "worker_process",
]
