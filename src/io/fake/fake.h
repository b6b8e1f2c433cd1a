/* fake.h - a platform for tests: a clock that only waiting moves, and input and output by a script.
 *
 * It implements the io headers like io/posix does, and nothing above them can tell. io_wait moves the clock to the next
 * thing that happens (only a script's stall moves it, too), so hours pass in no time and everything happens in the order
 * of the script, each time. Waiting for ever for nothing ends the program. What is not scripted answers IO_ENOTSUP.
 *
 * Times are milliseconds since the start. A handle is opened by the VM (fake_handle_newest tells which), or made for it
 * here (fake_client); what is said of a handle counts until it is closed. */
#ifndef LING_FAKE_H
#define LING_FAKE_H

#include "io/io_error.h"

int64_t fake_now_ms(void);
int fake_handle_newest(void);

/* The system lets the VM wait: so much time passes at once, and what comes in it has not been looked at. */
void fake_stall(int64_t ms);
/* The same at the end of the next wait that lasts to its deadline: after it looked at input, before it returns. */
void fake_stall_after_wait(int64_t ms);

/* --- what the VM reads -------------------------------------------------------------------------------------------- */

/* The bytes are there from `at_ms` on; what comes at one time is read piece by piece. Before that reading answers EAGAIN. */
void fake_input(int handle, int64_t at_ms, const void *bytes, size_t size);
/* After all that came before: 0 is the end, IO_E* an error that stays. */
void fake_input_result(int handle, int64_t at_ms, int code);

/* --- what the VM writes ------------------------------------------------------------------------------------------- */

/* All that was written, for ever valid. */
const uint8_t *fake_output(int handle, size_t *size);
/* How many packets of a socket have left: what is held back for more to come leaves together with that. */
size_t fake_packets(int handle);
/* From the first call on there is room only for what these calls give: `bytes` more from `at_ms` on. */
void fake_room(int handle, int64_t at_ms, size_t bytes);
/* One write takes at most so many. */
void fake_write_limit(int handle, size_t bytes);
/* When so many bytes in all have been written, the next write fails. */
void fake_write_result(int handle, size_t after_bytes, int code);

/* --- sockets ------------------------------------------------------------------------------------------------------ */

/* The next connect that is not spoken for ends after so long: 0, or IO_E*. Without, connecting succeeds at once. */
void fake_connect(int64_t after_ms, int code);
/* Somebody connects to a listening socket; the handle that accept will return. */
int fake_client(int listener, int64_t at_ms);
/* The next accept that finds a client fails. */
void fake_accept_result(int listener, int code);

/* --- files, jobs, hosts ------------------------------------------------------------------------------------------- */

/* All files together may grow by so many bytes, then there is ENOSPC. */
void fake_disk_room(size_t bytes);
/* Null: there is no such file. */
const uint8_t *fake_file(const char *path, size_t *size);
/* The next job that is not spoken for is done so long after it was submitted; without, at the next wait. It is worked on
 * at that moment, on the VM's thread. */
void fake_job(int64_t after_ms);
/* The resolver knows this name and IPv4 address. */
void fake_host(const char *name, const uint8_t address[4]);

#endif
