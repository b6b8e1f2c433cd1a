/* base.h - what every file of the VM may use: fixed-width types, assert, and a few macros.
 *
 * `assert` is kept in the default build: it states what only a bug can break.
 * Input is checked, never asserted. */
#ifndef LING_BASE_H
#define LING_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#undef MIN     /* sys/param.h has them too */
#undef MAX
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define NORETURN __attribute__((noreturn))
#define COLD __attribute__((cold, noinline))

#define CONTAINER_OF(member_pointer, type, member) \
    ((type *)((char *)(member_pointer) - offsetof(type, member)))

#endif
