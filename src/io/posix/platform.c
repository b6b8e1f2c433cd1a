/* platform.c - facts about Linux and the machine. */
#include "io/io_platform.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

const char *io_platform_family(void) { return "unix"; }

const char *io_platform_name(void) { return "linux"; }

const char *io_platform_architecture(void)
{
#if defined __x86_64__
    return "x86_64-pc-linux-gnu";
#elif defined __aarch64__
    return "aarch64-unknown-linux-gnu";
#else
    return "unknown-linux-gnu";
#endif
}

void io_platform_version(int64_t version[3])
{
    struct utsname names;
    long long parts[3] = {0, 0, 0};

    if (uname(&names) == 0)
        sscanf(names.release, "%lld.%lld.%lld", &parts[0], &parts[1], &parts[2]);
    for (int i = 0; i < 3; i++)
        version[i] = parts[i];
}

void io_platform_processors(int *configured, int *online, int *available)
{
    cpu_set_t mine;

    *configured = (int)sysconf(_SC_NPROCESSORS_CONF);
    *online = (int)sysconf(_SC_NPROCESSORS_ONLN);
    *available = sched_getaffinity(0, sizeof mine, &mine) == 0 ? CPU_COUNT(&mine) : -1;
}

size_t io_platform_page_size(void) { return (size_t)sysconf(_SC_PAGESIZE); }

bool io_platform_host_name(char *into, size_t size)
{
    if (gethostname(into, size) != 0)
        return false;
    into[size - 1] = 0;
    return true;
}

void io_platform_entropy(void *into, size_t size)
{
    uint8_t *at = into;

    while (size > 0) {
        ssize_t got = getrandom(at, MIN(size, 256), 0);

        if (got > 0) {
            at += got;
            size -= (size_t)got;
        }
    }
}
