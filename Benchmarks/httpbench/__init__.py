"""The control plane's HTTP server beside nginx and Hummingbird."""
