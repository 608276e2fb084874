"""How the embedded demo model was made; nothing here is used by the worker."""
