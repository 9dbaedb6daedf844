"""Chat: what people ask in a channel, and what they are answered. It never reads the clock and knows no platform's SDK."""
