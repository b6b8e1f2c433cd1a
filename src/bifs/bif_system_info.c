/* bif_system_info.c - erlang:system_info/1: one line per item in a table at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bifs.h"
#include "bifs/report.h"
#include "bifs/system_memory.h"
#include "io/io_platform.h"
#include "io/io_time.h"
#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/dist/dist_node.h"
#include "vm/ets/ets.h"
#include "vm/match/match.h"
#include "vm/port/port.h"
#include "vm/nif/nif_system.h"
#include "vm/proc/emulator_log.h"
#include "vm/proc/heap_limit.h"
#include "vm/proc/process_table.h"
#include "vm/proc/seq_trace.h"
#include "vm/proc/spawn.h"
#include "vm/proc/vm_time.h"
#include "vm/term/bits.h"
#include "vm/term/copy.h"
#include "vm/term/integer.h"
#include "vm/term/pid.h"

enum { ITEMS_MAX = 160, VERSION_BYTES = 256 };

/* --- one function per item that is no constant ------------------------------------------------------------ */

static Term info_os_type(Heap *heap)
{
    return tuple_2(heap, atom_from_text(io_platform_family()), atom_from_text(io_platform_name()));
}

static Term info_os_version(Heap *heap)
{
    int64_t version[3];

    io_platform_version(version);
    return tuple_3(heap, small_int(version[0]), small_int(version[1]), small_int(version[2]));
}

static Term info_otp_release(Heap *heap) { return list_from_text(heap, options.otp_release); }
static Term info_version(Heap *heap) { return list_from_text(heap, options.erts_version); }
static Term info_machine(Heap *heap) { return list_from_text(heap, "BEAM"); }
static Term info_architecture(Heap *heap) { return list_from_text(heap, io_platform_architecture()); }

static Term info_system_version(Heap *heap)
{
    char text[VERSION_BYTES];

    snprintf(text, sizeof text, "Erlang/OTP %s [erts-%s] [ling] [64-bit] [smp:1:1] [ds:1:1:1] [async-threads:%u]\n",
             options.otp_release, options.erts_version, options.async_threads);
    return list_from_text(heap, text);
}

static Term info_nif_version(Heap *heap) { return list_from_text(heap, "2.16"); }
static Term info_driver_version(Heap *heap) { return list_from_text(heap, "3.3"); }
static Term info_compat_release(Heap *heap) { return small_int(strtol(options.otp_release, NULL, 10)); }

static Term info_c_compiler(Heap *heap)
{
#ifdef __clang__
    return tuple_2(heap, A_CLANG, tuple_3(heap, SMALL(__clang_major__), SMALL(__clang_minor__), SMALL(__clang_patchlevel__)));
#else
    return tuple_2(heap, A_GNUC, tuple_3(heap, SMALL(__GNUC__), SMALL(__GNUC_MINOR__), SMALL(__GNUC_PATCHLEVEL__)));
#endif
}

static Term info_compile_info(Heap *heap)
{
    Term pairs[] = {tuple_2(heap, A_LDFLAGS, TERM_NIL), tuple_2(heap, A_CFLAGS, TERM_NIL), tuple_2(heap, A_CONFIG_H, TERM_NIL)};

    return list_from(heap, 3, pairs, TERM_NIL);
}

static Term info_emu_args(Heap *heap)
{
    Term list = TERM_NIL;

    for (size_t i = options.init_arg_count; i > 0; i--)
        list = cons(heap, list_from_text(heap, options.init_args[i - 1]), list);
    list = cons(heap, list_from_text(heap, "--"), list);
    for (size_t i = options.emulator_arg_count; i > 0; i--)
        list = cons(heap, list_from_text(heap, options.emulator_args[i - 1]), list);
    return cons(heap, list_from_text(heap, options.program_name ? options.program_name : "ling"), list);
}

/* --- counts and limits */

static Term info_atom_count(Heap *heap) { return small_int(atom_count()); }
static Term info_atom_limit(Heap *heap) { return small_int(atom_limit); }
static Term info_ets_count(Heap *heap) { return small_int((int64_t)ets_table_count()); }
static Term info_ets_always_compress(Heap *heap) { return atom_bool(ets_always_compressed); }
static Term info_ets_limit(Heap *heap) { return small_int((int64_t)ets_limit); }
static Term info_port_count(Heap *heap) { return small_int((int64_t)port_count()); }
static Term info_port_limit(Heap *heap) { return small_int((int64_t)port_limit); }
static Term info_process_count(Heap *heap) { return small_int(process_table_count()); }
static Term info_process_limit(Heap *heap) { return small_int(process_limit); }
static Term info_thread_pool_size(Heap *heap) { return small_int(options.async_threads); }
static Term info_dist_buf_busy_limit(Heap *heap) { return small_int((int64_t)options.distribution_buffer_kb * 1024); }
/* [{Node, PortOrPid}] */
static Term info_dist_ctrl(Heap *heap)
{
    Term list = TERM_NIL;

    for (const DistNode *node = dist_newest_connected; node; node = node->previous)
        list = cons(heap, tuple_2(heap, node->name, node->controller), list);
    return list;
}

static Term info_creation(Heap *heap) { return small_int(node_creation); }
static Term info_trace_control_word(Heap *heap) { return small_int(match_trace_control_word); }

/* --- heaps */

static Term full_sweep(Heap *heap) { return small_int(process_full_sweep_after); }
static Term info_full_sweep(Heap *heap) { return tuple_2(heap, A_FULLSWEEP_AFTER, full_sweep(heap)); }
static Term min_heap(Heap *heap) { return small_int((int64_t)process_min_heap_words); }
static Term info_min_heap(Heap *heap) { return tuple_2(heap, A_MIN_HEAP_SIZE, min_heap(heap)); }
static Term min_binary(Heap *heap) { return small_int((int64_t)process_min_binary_words); }
static Term info_min_binary(Heap *heap) { return tuple_2(heap, A_MIN_BIN_VHEAP_SIZE, min_binary(heap)); }
static Term info_max_heap(Heap *heap) { return heap_limit_map(heap, process_max_heap_words, process_max_heap_flags); }
static Term info_message_queue_data(Heap *heap) { return process_off_heap_messages ? A_OFF_HEAP : A_ON_HEAP; }

static Term info_garbage_collection(Heap *heap)
{
    Term pairs[] = {tuple_2(heap, A_MAX_HEAP_SIZE, small_int((int64_t)process_max_heap_words)), info_min_binary(heap),
                    info_min_heap(heap), info_full_sweep(heap)};

    return list_from(heap, ARRAY_SIZE(pairs), pairs, TERM_NIL);
}

static Term info_heap_sizes(Heap *heap)
{
    Term sizes[ITEMS_MAX];
    size_t count = 0, size = gc_next_heap_size(1);

    while (count < ITEMS_MAX && size < (size_t)1 << 59) {
        sizes[count++] = small_int((int64_t)size);
        size = gc_next_heap_size(size + 1);
    }
    return list_from(heap, count, sizes, TERM_NIL);
}

/* --- time */

static Term info_start_time(Heap *heap) { return integer_from_i64(heap, VM_TIME_START); }
static Term info_end_time(Heap *heap) { return integer_from_i64(heap, INT64_MAX + VM_TIME_START); }
static Term info_time_offset(Heap *heap)
{
    if (options.time_warp_mode == 'm')
        return A_VOLATILE;
    return vm_time_offset_is_final() ? A_FINAL : A_PRELIMINARY;
}

static Term info_time_warp_mode(Heap *heap)
{
    return options.time_warp_mode == 'm' ? A_MULTI_TIME_WARP
         : options.time_warp_mode == 's' ? A_SINGLE_TIME_WARP : A_NO_TIME_WARP;
}

static Term info_time_correction(Heap *heap) { return atom_bool(options.time_correction); }

static Term clock_source(Heap *heap, Term clock, int64_t time, bool extended)
{
    Term list = cons(heap, tuple_2(heap, A_TIME, integer_from_i64(heap, time)), TERM_NIL);

    list = cons(heap, tuple_2(heap, A_PARALLEL, A_YES), list);
    if (extended)
        list = cons(heap, tuple_2(heap, A_EXTENDED, A_NO), list);
    list = cons(heap, tuple_2(heap, A_RESOLUTION, SMALL(1000000000)), list);
    list = cons(heap, tuple_2(heap, A_CLOCK_ID, clock), list);
    return cons(heap, tuple_2(heap, A_FUNCTION, A_CLOCK_GETTIME), list);
}

static Term info_monotonic_source(Heap *heap) { return clock_source(heap, A_CLOCK_MONOTONIC, io_monotonic_ns(), true); }
static Term info_system_source(Heap *heap) { return clock_source(heap, A_CLOCK_REALTIME, io_system_ns(), false); }

/* --- processors and schedulers */

static Term processor_count(int which)
{
    int counts[3];

    io_platform_processors(&counts[0], &counts[1], &counts[2]);
    return counts[which] > 0 ? small_int(counts[which]) : A_UNKNOWN;
}

static Term info_processors(Heap *heap) { return processor_count(0); }
static Term info_processors_online(Heap *heap) { return processor_count(1); }
static Term info_processors_available(Heap *heap) { return processor_count(2); }
static Term info_bindings(Heap *heap) { return tuple_from(heap, 1, (Term[]){A_UNBOUND}); }
static Term info_schedulers_state(Heap *heap) { return tuple_3(heap, SMALL(1), SMALL(1), SMALL(1)); }

static Term info_all_schedulers_state(Heap *heap)
{
    static const Term kinds[] = {A_NORMAL, A_DIRTY_CPU, A_DIRTY_IO};
    Term list = TERM_NIL;

    for (size_t i = ARRAY_SIZE(kinds); i > 0; i--)
        list = cons(heap, tuple_4(heap, kinds[i - 1], SMALL(1), SMALL(1), SMALL(1)), list);
    return list;
}

/* --- the rest */

static Term info_system_logger(Heap *heap) { return emulator_log_target(); }
static Term info_sequential_tracer(Heap *heap)
{
    Term tracer = seq_trace_tracer();

    return tuple_2(heap, A_SEQUENTIAL_TRACER, tracer == NO_TERM ? A_FALSE : term_copy_all(heap, tracer));
}

static Term info_dist(Heap *heap) { return bits_from_text(heap, "=node:'nonode@nohost'\n=no_distribution\n"); }

static Term info_check_io(Heap *heap)
{
    Term items[] = {tuple_2(heap, A_NAME, A_LIBUV), tuple_2(heap, A_PRIMARY, A_EPOLL), tuple_2(heap, A_KERNEL_POLL, A_EPOLL)};

    return cons(heap, list_from(heap, ARRAY_SIZE(items), items, TERM_NIL), TERM_NIL);
}

static Term info_allocator(Heap *heap)
{
    return tuple_4(heap, A_GLIBC, list_from(heap, 2, (Term[]){SMALL(__GLIBC__), SMALL(__GLIBC_MINOR__)}, TERM_NIL),
                   system_memory_allocators(heap), TERM_NIL);
}

/* {Module, Function, Arity} of all BIFs. yield/0 is an instruction on stock, min/2 and max/2 are written in Erlang: they
 * are not listed. */
static Term info_snifs(Heap *heap)
{
    Term list = TERM_NIL;

    for (size_t i = bif_table_size; i > 0; i--) {
        const BifEntry *bif = &bif_table[i - 1];
        Term name = atom_from_text(bif->name);
        if (name != A_YIELD && name != A_MIN && name != A_MAX)
            list = cons(heap, tuple_3(heap, atom_from_text(bif->module), name, small_int(bif->arity)), list);
    }
    return list;
}

/* --- reports, as in crash dumps */

static Term report_binary(Heap *heap, void (*section)(Report *report))
{
    Report report = {.handle = REPORT_KEPT, .bytes_left = INT64_MAX, .deadline_ns = INT64_MAX};
    Term binary;

    section(&report);
    binary = bits_new(heap, (const uint8_t *)report.text.bytes, report.text.size);
    text_free(&report.text);
    return binary;
}

static Term info_info(Heap *heap) { return report_binary(heap, report_memory); }
static Term info_procs(Heap *heap) { return report_binary(heap, report_processes); }
static Term info_loaded(Heap *heap) { return report_binary(heap, report_modules_sizes); }

/* --- table ------------------------------------------------------------------------------------------------------ */

typedef struct InfoItem {
    Term name;
    Term (*value)(Heap *heap);       /* null: `constant` */
    Term constant;
} InfoItem;

#define COMPUTED(name, function) {A_##name, function, TERM_NIL}
#define CONSTANT(name, value) {A_##name, NULL, value}

static const InfoItem items[] = {
    COMPUTED(ALLOCATED_AREAS, system_memory_areas),
    COMPUTED(ALLOCATOR, info_allocator),
    COMPUTED(ALLOC_UTIL_ALLOCATORS, system_memory_allocators),
    COMPUTED(ALL_SCHEDULERS_STATE, info_all_schedulers_state),
    COMPUTED(ATOM_COUNT, info_atom_count),
    COMPUTED(ATOM_LIMIT, info_atom_limit),
    CONSTANT(BEAM_JUMP_TABLE, A_TRUE),
    CONSTANT(BREAK_IGNORED, A_FALSE),
    CONSTANT(BUILD_TYPE, A_OPT),
    COMPUTED(C_COMPILER_USED, info_c_compiler),
    COMPUTED(CHECK_IO, info_check_io),
    COMPUTED(COMPAT_REL, info_compat_release),
    COMPUTED(COMPILE_INFO, info_compile_info),
    CONSTANT(CONSTANT_POOL_SUPPORT, A_TRUE),
    CONSTANT(CONTEXT_REDUCTIONS, SMALL(4000)),
    CONSTANT(CPU_QUOTA, A_UNKNOWN),
    CONSTANT(CPU_TOPOLOGY, A_UNDEFINED),
    COMPUTED(CREATION, info_creation),
    CONSTANT(DEBUG_COMPILED, A_FALSE),
    CONSTANT(DELAYED_NODE_TABLE_GC, SMALL(60)),
    CONSTANT(DIRTY_CPU_SCHEDULERS, SMALL(1)),
    CONSTANT(DIRTY_CPU_SCHEDULERS_ONLINE, SMALL(1)),
    CONSTANT(DIRTY_IO_SCHEDULERS, SMALL(DIRTY_IO_THREADS)),
    COMPUTED(DIST, info_dist),
    COMPUTED(DIST_BUF_BUSY_LIMIT, info_dist_buf_busy_limit),
    COMPUTED(DIST_CTRL, info_dist_ctrl),
    COMPUTED(DRIVER_VERSION, info_driver_version),
    CONSTANT(DYNAMIC_TRACE, A_NONE),
    CONSTANT(DYNAMIC_TRACE_PROBES, A_FALSE),
    CONSTANT(EAGER_CHECK_IO, A_TRUE),
    COMPUTED(EMU_ARGS, info_emu_args),
    CONSTANT(EMU_FLAVOR, A_EMU),
    CONSTANT(EMU_TYPE, A_OPT),
    COMPUTED(END_TIME, info_end_time),
    CONSTANT(ENDIAN, A_LITTLE),
    COMPUTED(ETS_ALWAYS_COMPRESS, info_ets_always_compress),
    COMPUTED(ETS_COUNT, info_ets_count),
    CONSTANT(ETHREAD_INFO, TERM_NIL),
    COMPUTED(ETS_LIMIT, info_ets_limit),
    CONSTANT(ETS_REALLOC_MOVES, A_FALSE),
    COMPUTED(FULLSWEEP_AFTER, info_full_sweep),
    COMPUTED(GARBAGE_COLLECTION, info_garbage_collection),
    COMPUTED(HEAP_SIZES, info_heap_sizes),
    CONSTANT(HEAP_TYPE, A_PRIVATE),
    COMPUTED(INFO, info_info),
    CONSTANT(IO_THREAD, A_FALSE),
    CONSTANT(KERNEL_POLL, A_TRUE),
    COMPUTED(LOADED, info_loaded),
    CONSTANT(LOCK_CHECKING, A_FALSE),
    CONSTANT(LOCK_COUNTING, A_FALSE),
    COMPUTED(LOGICAL_PROCESSORS, info_processors),
    COMPUTED(LOGICAL_PROCESSORS_AVAILABLE, info_processors_available),
    COMPUTED(LOGICAL_PROCESSORS_ONLINE, info_processors_online),
    COMPUTED(MACHINE, info_machine),
    COMPUTED(MAX_HEAP_SIZE, info_max_heap),
    COMPUTED(MESSAGE_QUEUE_DATA, info_message_queue_data),
    COMPUTED(MIN_BIN_VHEAP_SIZE, info_min_binary),
    COMPUTED(MIN_HEAP_SIZE, info_min_heap),
    CONSTANT(MODIFIED_TIMING_LEVEL, A_UNDEFINED),
    CONSTANT(MULTI_SCHEDULING, A_ENABLED),
    CONSTANT(MULTI_SCHEDULING_BLOCKERS, TERM_NIL),
    COMPUTED(NIF_VERSION, info_nif_version),
    CONSTANT(NORMAL_MULTI_SCHEDULING_BLOCKERS, TERM_NIL),
    COMPUTED(OS_MONOTONIC_TIME_SOURCE, info_monotonic_source),
    COMPUTED(OS_SYSTEM_TIME_SOURCE, info_system_source),
    COMPUTED(OS_TYPE, info_os_type),
    COMPUTED(OS_VERSION, info_os_version),
    COMPUTED(OTP_RELEASE, info_otp_release),
    CONSTANT(OUTSTANDING_SYSTEM_REQUESTS_LIMIT, SMALL(2)),
    COMPUTED(PORT_COUNT, info_port_count),
    COMPUTED(PORT_LIMIT, info_port_limit),
    CONSTANT(PORT_PARALLELISM, A_FALSE),
    CONSTANT(PORT_TASKS, A_TRUE),
    COMPUTED(PROCESS_COUNT, info_process_count),
    COMPUTED(PROCESS_LIMIT, info_process_limit),
    COMPUTED(PROCS, info_procs),
    CONSTANT(RUN_QUEUES, SMALL(1)),
    COMPUTED(SCHEDULER_BINDINGS, info_bindings),
    CONSTANT(SCHEDULER_BIND_TYPE, A_UNBOUND),
    CONSTANT(SCHEDULER_ID, SMALL(1)),
    CONSTANT(SCHEDULERS, SMALL(1)),
    CONSTANT(SCHEDULERS_ACTIVE, SMALL(1)),
    CONSTANT(SCHEDULERS_ONLINE, SMALL(1)),
    COMPUTED(SCHEDULERS_STATE, info_schedulers_state),
    CONSTANT(SCHEDULERS_TOTAL, SMALL(1)),
    COMPUTED(SEQUENTIAL_TRACER, info_sequential_tracer),
    CONSTANT(SMP_SUPPORT, A_TRUE),
    COMPUTED(SNIFS, info_snifs),
    COMPUTED(START_TIME, info_start_time),
    COMPUTED(SYSTEM_ARCHITECTURE, info_architecture),
    COMPUTED(SYSTEM_LOGGER, info_system_logger),
    COMPUTED(SYSTEM_VERSION, info_system_version),
    COMPUTED(TAINTS, nif_taints),
    COMPUTED(THREAD_POOL_SIZE, info_thread_pool_size),
    CONSTANT(THREADS, A_TRUE),
    COMPUTED(TIME_CORRECTION, info_time_correction),
    COMPUTED(TIME_OFFSET, info_time_offset),
    COMPUTED(TIME_WARP_MODE, info_time_warp_mode),
    CONSTANT(TOLERANT_TIMEOFDAY, A_ENABLED),
    COMPUTED(TRACE_CONTROL_WORD, info_trace_control_word),
    CONSTANT(UPDATE_CPU_INFO, A_UNCHANGED),
    COMPUTED(VERSION, info_version),
    CONSTANT(WORDSIZE, SMALL(8)),
};

/* Position in `items` plus 1, by atom index: os_type is asked for thousands of times at boot. */
static const InfoItem *find_item(Term name)
{
    static uint8_t position[UINT16_MAX];
    static bool filled;

    if (!filled) {
        filled = true;
        for (size_t i = 0; i < ARRAY_SIZE(items); i++)
            position[atom_index(items[i].name)] = (uint8_t)(i + 1);
    }
    if (!is_atom(name) || atom_index(name) >= UINT16_MAX || !position[atom_index(name)])
        return NULL;
    return &items[position[atom_index(name)] - 1];
}

static Term info_pair(Process *p, Term name, Term value)
{
    if (name == A_WORDSIZE && (value == A_INTERNAL || value == A_EXTERNAL))
        return SMALL(8);
    if (name == A_CPU_TOPOLOGY && (value == A_USED || value == A_DEFINED || value == A_DETECTED))
        return A_UNDEFINED;
    if (name == A_ALLOCATOR)
        return trap_to(p, export_get(A_ERLANG, A_ALLOC_INFO, 1), &value);
    if (name == A_ALLOCATOR_SIZES)
        return trap_to(p, export_get(A_ERLANG, A_ALLOC_SIZES, 1), &value);
    return raise_badarg(p);
}

/* What erlang:memory/0 and erlang:alloc_info/1 ask for: {What, Ref, Allocators}. */
static Term info_allocators(Process *p, Term what, Term ref, Term names)
{
    if (what != A_MEMORY_INTERNAL && what != A_ALLOCATOR && what != A_ALLOCATOR_SIZES)
        return raise_badarg(p);
    return system_memory_send(p, ref, names, what == A_ALLOCATOR);
}

Term bif_erlang_system_info_1(Process *p, const Term *args)
{
    const InfoItem *item = find_item(args[0]);

    if (item)
        return item->value ? item->value(&p->heap) : item->constant;
    if (is_tuple_of(args[0], 2))
        return info_pair(p, tuple_element(args[0], 1), tuple_element(args[0], 2));
    if (is_tuple_of(args[0], 3))
        return info_allocators(p, tuple_element(args[0], 1), tuple_element(args[0], 2), tuple_element(args[0], 3));
    return raise_badarg(p);
}
