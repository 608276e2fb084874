"""A recording from an address that a stranger names, without lending the stranger this machine's place in a network.

The name is resolved once, every address that it has must be one of the public internet, and the connection goes to one
of those; certificates are checked for the name. Each redirect begins anew. What comes is bounded in size and time, is
never decompressed, and what it is, its content says. Proxies of the environment are not used: behind one, nobody knows
where a connection goes.

httpcore does it because its network is a parameter: what is checked is what is connected to. urllib3 would take the
address for the host, with name and certificate set beside it for every hop; requests and httpx resolve names
themselves; the SDK's own download can't be bounded in time, and `tts` doesn't know the SDK.
"""

from tts.voice.download.download import Downloads, Limits

__all__ = ["Downloads", "Limits"]
