"""One module per kind of channel: send() and nothing else. No retry here; that is the outbox's."""
