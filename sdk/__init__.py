"""Between the platform's queue and the worker: what the SDK lacks so that no job is lost on its way in or out."""
