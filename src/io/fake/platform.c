/* platform.c - the machine that the fake is; its random bytes are the same each time. */
#include "io/io_platform.h"

#include <stdio.h>
#include <string.h>

#include "io/io_fault.h"

enum { PAGE_BYTES = 4096 };

const char *io_platform_family(void) { return "unix"; }
const char *io_platform_name(void) { return "fake"; }
const char *io_platform_architecture(void) { return "fake"; }
void io_platform_version(int64_t version[3]) { memset(version, 0, 3 * sizeof *version); }
void io_platform_processors(int *configured, int *online, int *available) { *configured = *online = *available = 1; }
size_t io_platform_page_size(void) { return PAGE_BYTES; }
bool io_platform_host_name(char *into, size_t size) { return snprintf(into, size, "fake") < (int)size; }

void io_platform_entropy(void *into, size_t size)
{
    static uint64_t state = 88172645463325252;
    uint8_t *to = into;

    for (size_t i = 0; i < size; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        to[i] = (uint8_t)state;
    }
}

/* A test that crashes shall crash as any program does. */
void io_fault_init(void (*report)(const char *name, const void *address)) {}
void io_fault_write(const char *text) { fputs(text, stderr); }
void io_fault_write_number(uint64_t number, unsigned base) { fprintf(stderr, base == 16 ? "%llx" : "%llu", (unsigned long long)number); }
