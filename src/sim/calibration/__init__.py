"""Inference: from a scenario's claims to draws of parameters and dice that agree with them, and checks of that."""
