/* refused.c - what the fake platform does not have. */
#include "io/io_file.h"
#include "io/io_interface.h"
#include "io/io_process.h"
#include "io/io_signal.h"
#include "io/io_socket.h"
#include "io/io_terminal.h"
#include "io/io_time.h"

/* --- io/io_file.h -------------------------------------------------------------------------------------------------- */

int io_file_truncate(int handle) { return IO_ENOTSUP; }
int io_file_allocate(int handle, int64_t offset, int64_t size) { return IO_ENOTSUP; }
int io_file_advise(int handle, int64_t offset, int64_t size, IoAdvice advice) { return IO_ENOTSUP; }
int io_file_duplicate(int handle) { return IO_ENOTSUP; }
int64_t io_file_send(int out_handle, int in_handle, int64_t *offset, size_t size) { return IO_ENOTSUP; }
int io_file_info(const char *path, bool follow_links, IoFileInfo *out) { return IO_ENOTSUP; }
int io_file_set_mode(const char *path, uint32_t mode) { return IO_ENOTSUP; }
int io_file_set_owner(const char *path, int32_t user, int32_t group) { return IO_ENOTSUP; }
int io_file_set_times(const char *path, int64_t access_time, int64_t modify_time) { return IO_ENOTSUP; }
int io_file_hard_link(const char *existing, const char *path) { return IO_ENOTSUP; }
int io_file_soft_link(const char *target, const char *path) { return IO_ENOTSUP; }
int64_t io_file_read_link(const char *path, char *into, size_t size) { return IO_ENOTSUP; }
int io_file_rename(const char *from, const char *to) { return IO_ENOTSUP; }
int io_file_delete(const char *path) { return IO_ENOTSUP; }
int io_file_make_directory(const char *path) { return IO_ENOTSUP; }
int io_file_delete_directory(const char *path) { return IO_ENOTSUP; }
int io_file_list(const char *path, void (*name)(void *context, const char *text, size_t size),
                 void *context) { return IO_ENOTSUP; }
int64_t io_file_current_directory(char *into, size_t size) { return IO_ENOTSUP; }
int io_file_set_current_directory(const char *path) { return IO_ENOTSUP; }

/* --- io/io_interface.h --------------------------------------------------------------------------------------------- */

int io_interface_each(void (*found)(void *context, const IoInterface *interface),
                      void *context) { return IO_ENOTSUP; }
int io_service_port(const char *name, const char *protocol) { return IO_ENOTSUP; }
bool io_service_name(uint16_t port, const char *protocol, char *into, size_t size) { return false; }

/* --- io/io_process.h ----------------------------------------------------------------------------------------------- */

int io_process_spawn(const IoSpawn *what, IoChild *out, void (*ended)(void *context, int status),
                     void *context) { return IO_ENOTSUP; }
void io_process_forget(int64_t pid) {}
int64_t io_process_own_id(void) { return IO_ENOTSUP; }
void io_process_be_nice(int by) {}

/* --- io/io_signal.h ------------------------------------------------------------------------------------------------ */

void io_signal_on_arrival(void (*arrived)(IoSignal signal)) {}
bool io_signal_set(IoSignal signal, IoSignalAction action) { return false; }

/* --- io/io_socket.h ------------------------------------------------------------------------------------------------ */

int64_t io_socket_receive_with(int handle, void *into, size_t size, IoAddress *from, uint8_t *control,
                               size_t *control_size) { return IO_ENOTSUP; }
int64_t io_socket_send_with(int handle, const void *bytes, size_t size, const IoAddress *to, uint8_t *control,
                            size_t control_size) { return IO_ENOTSUP; }
int io_socket_packet_options(int handle, IoFamily family, uint8_t *control, size_t *size) { return IO_ENOTSUP; }
int io_socket_set_option(int handle, IoFamily family, IoSocketOption option, int value) { return IO_ENOTSUP; }
int io_socket_get_option(int handle, IoFamily family, IoSocketOption option, int *value) { return IO_ENOTSUP; }
int io_socket_set_membership(int handle, IoFamily family, bool add, const uint8_t *group,
                             const uint8_t *source, uint32_t interface) { return IO_ENOTSUP; }
int io_socket_set_multicast_interface(int handle, IoFamily family, uint32_t interface) { return IO_ENOTSUP; }
int io_socket_get_multicast_interface(int handle, IoFamily family, uint32_t *interface) { return IO_ENOTSUP; }
int io_socket_bind_to_device(int handle, const char *name, size_t size) { return IO_ENOTSUP; }
int io_socket_bound_device(int handle, char *name, size_t *size) { return IO_ENOTSUP; }
int io_socket_set_raw_option(int handle, int level, int option, const void *value, size_t size) { return IO_ENOTSUP; }
int io_socket_get_raw_option(int handle, int level, int option, void *value, size_t *size) { return IO_ENOTSUP; }

/* --- io/io_terminal.h ---------------------------------------------------------------------------------------------- */

bool io_terminal_is(int handle) { return false; }
bool io_terminal_is_described(const char *type) { return false; }
bool io_terminal_size(int handle, uint32_t *columns, uint32_t *rows) { return false; }
bool io_terminal_set_raw(int handle, bool raw) { return false; }
void io_terminal_take_interrupt(int handle) {}
void io_terminal_pause(void) {}
void io_terminal_resume(void) {}

/* --- io/io_time.h -------------------------------------------------------------------------------------------------- */

bool io_local_date(int64_t utc_seconds, IoDate *out) { return false; }
bool io_time_of_local_date(const IoDate *local, IoSummerTime summer, int64_t *utc_seconds) { return false; }
