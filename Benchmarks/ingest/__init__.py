"""How many records a second the control plane takes in and stores."""
