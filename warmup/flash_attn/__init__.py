"""The flash_attn build that fits this machine: chosen, brought, probed."""
