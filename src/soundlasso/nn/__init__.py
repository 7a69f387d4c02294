"""Network blocks that know no model's name: convolution, conditioning, attention."""
