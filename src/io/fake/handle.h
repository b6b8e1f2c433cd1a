/* handle.h - what lies behind the handles of the fake platform. */
#ifndef LING_FAKE_HANDLE_H
#define LING_FAKE_HANDLE_H

#include "io/fake/fake.h"
#include "io/io_file.h"
#include "io/io_loop.h"
#include "io/io_socket.h"
#include "vm/base/text.h"

enum { FAKE_NS_PER_MS = 1000000, FAKE_FIRST_HANDLE = 3 };

typedef struct FakeInput {             /* oldest first, as it will come */
    struct FakeInput *next;
    int64_t at_ns;
    int result;                        /* no bytes: 0 is the end, else an error */
    size_t size, taken;
    uint8_t bytes[];
} FakeInput;

typedef struct FakeRoom {
    struct FakeRoom *next;
    int64_t at_ns;
    size_t bytes;
} FakeRoom;

typedef struct FakeClient {
    struct FakeClient *next;
    int64_t at_ns;
    int handle;
} FakeClient;

typedef struct FakeFile {
    struct FakeFile *next;
    char *path;
    Text content;
} FakeFile;

typedef struct FakeHandle {
    bool is_open, is_listening;
    IoFamily family;
    IoSocketType type;
    IoAddress own, peer;
    int64_t connected_ns;              /* connecting until then */
    int connect_result;
    FakeInput *input;
    Text output;
    size_t packets;                    /* that left; of sockets only */
    bool is_held;                      /* something waits for io_socket_push */
    FakeRoom *rooms;
    bool is_bounded;                   /* only what `rooms` give beyond the first `free_bytes` of the output */
    size_t free_bytes, write_limit, result_after;
    int write_result;                  /* 0: writing never fails */
    FakeClient *clients;
    int accept_result;
    FakeFile *file;                    /* null: a socket or pipe */
    int64_t position;
    bool appends;
} FakeHandle;

int fake_handle_new(void);
/* Null: it is not open. */
FakeHandle *fake_handle(int handle);
int fake_handle_close(int handle);
/* IO_READABLE and IO_WRITABLE, as it stands now. */
unsigned fake_handle_ready(const FakeHandle *handle);
/* When any of `events` may come to hold; INT64_MAX: never. */
int64_t fake_handle_next_ns(const FakeHandle *handle, unsigned events);
int64_t fake_handle_read(int handle, void *into, size_t size);
int64_t fake_handle_write(int handle, const void *bytes, size_t size);

#endif
