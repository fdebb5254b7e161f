#include "crc32c.h"
#include <pthread.h>
#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#endif

static const uint32_t reversed_polynomial = 0x82f63b78;
static uint32_t table[256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void fill_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t remainder = byte;
        for (int bit = 0; bit < 8; bit++) {
            remainder = (remainder >> 1) ^ ((remainder & 1) ? reversed_polynomial : 0);
        }
        table[byte] = remainder;
    }
}

uint32_t sallyport_crc32c_by_table(uint32_t crc, const void *bytes, size_t length) {
    const unsigned char *byte = bytes;
    pthread_once(&table_once, fill_table);
    crc = ~crc;
    while (length-- > 0) crc = (crc >> 8) ^ table[(crc ^ *byte++) & 0xff];
    return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc32c_by_instruction(uint32_t crc, const unsigned char *byte, size_t length) {
    uint64_t state = (uint32_t)~crc;
    for (; length >= 8; length -= 8, byte += 8) {
        uint64_t word;
        memcpy(&word, byte, 8);
        state = _mm_crc32_u64(state, word);
    }
    while (length-- > 0) state = _mm_crc32_u8((uint32_t)state, *byte++);
    return ~(uint32_t)state;
}
static int has_instruction(void) { return __builtin_cpu_supports("sse4.2"); }
#elif defined(__aarch64__)
__attribute__((target("crc"))) static uint32_t crc32c_by_instruction(uint32_t crc, const unsigned char *byte, size_t length) {
    uint32_t state = ~crc;
    for (; length >= 8; length -= 8, byte += 8) {
        uint64_t word;
        memcpy(&word, byte, 8);
        state = __crc32cd(state, word);
    }
    while (length-- > 0) state = __crc32cb(state, *byte++);
    return ~state;
}
static int has_instruction(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }
#else
static uint32_t crc32c_by_instruction(uint32_t crc, const unsigned char *byte, size_t length) {
    return sallyport_crc32c_by_table(crc, byte, length);
}
static int has_instruction(void) { return 0; }
#endif

uint32_t sallyport_crc32c(uint32_t crc, const void *bytes, size_t length) {
    if (has_instruction()) return crc32c_by_instruction(crc, bytes, length);
    return sallyport_crc32c_by_table(crc, bytes, length);
}
