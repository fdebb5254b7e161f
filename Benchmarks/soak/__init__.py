"""The control plane under mixed load for long: what it keeps of it."""
