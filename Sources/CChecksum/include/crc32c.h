#pragma once
#include <stddef.h>
#include <stdint.h>

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `length` bytes, going on from `crc` (0 to begin). The processor's
/// own instruction is used where it has one.
uint32_t sallyport_crc32c(uint32_t crc, const void *bytes, size_t length);

/// The same by a table, on any processor: what the instruction is tested against.
uint32_t sallyport_crc32c_by_table(uint32_t crc, const void *bytes, size_t length);
