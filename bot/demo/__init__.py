"""The bundled demonstration: recorded documents and a loopback Federal Register. Never used by the running service."""
