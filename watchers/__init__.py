"""Official pages in, Items out. Never imports `bot`; knows nothing of topics, channels or storage."""
