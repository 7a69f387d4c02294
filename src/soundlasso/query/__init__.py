"""From words to token states: frozen text encoders behind one Protocol."""
