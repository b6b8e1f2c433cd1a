#include "vm/base/options.h"

VmOptions options = {
    .process_limit = 262144,
    .port_limit = 65536,
    .atom_limit = 1048576,
    .min_heap_words = 233,
    .min_binary_heap_words = 46422,
    .max_heap_kill = true,
    .max_heap_log = true,
    .async_threads = 1,
    .distribution_buffer_kb = 1024,
    .file_names = FILE_NAMES_OF_LOCALE,
    .file_name_warning = 'w',
    .warning_level = 'w',
    .time_correction = true,
    .time_warp_mode = 'n',
};
