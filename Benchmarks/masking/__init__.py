"""What masking costs: throughput and CPU of a large result, and latency of a small one, masked and not."""
