#include "vm/nif/nif_resource.h"

#include <string.h>
#include <sys/mman.h>

#include "vm/base/mem.h"
#include "vm/term/atom.h"
#include "vm/term/bits.h"
#include "vm/term/ref.h"

bool nif_callbacks_are_due;

/* --- types ---------------------------------------------------------------------------------------- */

typedef struct NifOpenedType {
    struct NifOpenedType *next;
    ErlNifResourceFlags flag;
    ErlNifResourceType *type;
    ErlNifResourceTypeInit callbacks;
} NifOpenedType;

static ErlNifResourceType *types;

static void destroy(Binary *binary);

static ErlNifResourceType *find_type(Term module, Term name)
{
    ErlNifResourceType *type = types;

    while (type && (type->module != module || type->name != name))
        type = type->next;
    return type;
}

static bool has_callbacks(const ErlNifResourceTypeInit *callbacks)
{
    return callbacks->dtor || callbacks->stop || callbacks->down || callbacks->dyncall;
}

static ErlNifResourceTypeInit take_callbacks(const ErlNifResourceTypeInit *from, int members)
{
    ErlNifResourceTypeInit callbacks = {0};

    assert(members >= 0 && members <= 4);
    if (members > 0)
        callbacks.dtor = from->dtor;
    if (members > 1)
        callbacks.stop = from->stop;
    if (members > 2)
        callbacks.down = from->down;
    if (members > 3)
        callbacks.dyncall = from->dyncall;
    return callbacks;
}

/* Null: it is there and must not be taken over, or the other way round. `*done` is what was tried. */
static ErlNifResourceType *open_type(NifLibrary *library, const char *text, const ErlNifResourceTypeInit *init, int members,
                                     ErlNifResourceFlags flags, ErlNifResourceFlags *done)
{
    Term name = atom_from_latin1(text, strlen(text));
    ErlNifResourceType *type = find_type(library->module, name);
    NifOpenedType *opened;

    *done = flags;
    if (type ? !(flags & ERL_NIF_RT_TAKEOVER) : !(flags & ERL_NIF_RT_CREATE))
        return NULL;
    *done = type ? ERL_NIF_RT_TAKEOVER : ERL_NIF_RT_CREATE;
    if (!type) {
        type = mem_alloc_zero(MEM_CODE, sizeof *type);
        type->module = library->module;
        type->name = name;
    }
    opened = mem_alloc(MEM_CODE, sizeof *opened);
    *opened = (NifOpenedType){library->opened, *done, type, take_callbacks(init, members)};
    library->opened = opened;
    return type;
}

/* Nobody has anything of it any more. */
static void free_type(ErlNifResourceType *type)
{
    NifLibrary *owner = type->owner;
    bool is_user = has_callbacks(&type->callbacks);

    mem_free(MEM_CODE, type);
    if (is_user)
        nif_library_unuse(owner);
    else
        nif_library_release(owner);
}

static void list_type(ErlNifResourceType *type)
{
    type->is_listed = true;
    type->next = types;
    types = type;
}

static void commit_type(NifLibrary *library, const NifOpenedType *opened)
{
    ErlNifResourceType *type = opened->type;
    NifLibrary *before = type->owner;
    bool was_user = has_callbacks(&type->callbacks);

    type->owner = library;
    type->callbacks = opened->callbacks;
    if (has_callbacks(&type->callbacks))
        nif_library_use(library);
    else
        nif_library_keep(library);
    if (opened->flag == ERL_NIF_RT_CREATE)
        list_type(type);
    else if (was_user)
        nif_library_unuse(before);
    else
        nif_library_release(before);
}

void nif_types_commit(NifLibrary *library)
{
    while (library->opened) {
        NifOpenedType *opened = library->opened;

        library->opened = opened->next;
        commit_type(library, opened);
        mem_free(MEM_CODE, opened);
    }
}

void nif_types_roll_back(NifLibrary *library)
{
    while (library->opened) {
        NifOpenedType *opened = library->opened;

        library->opened = opened->next;
        if (opened->flag == ERL_NIF_RT_CREATE)
            mem_free(MEM_CODE, opened->type);
        mem_free(MEM_CODE, opened);
    }
}

void nif_types_unlist(NifLibrary *library)
{
    ErlNifResourceType **link = &types;

    while (*link) {
        ErlNifResourceType *type = *link;

        if (type->owner != library) {
            link = &type->next;
            continue;
        }
        *link = type->next;
        type->is_listed = false;
        if (type->resources == 0)
            free_type(type);
    }
}

static ErlNifResourceType *open_inside(ErlNifEnv *env, const char *text, const ErlNifResourceTypeInit *init, int members,
                                       ErlNifResourceFlags flags, ErlNifResourceFlags *tried)
{
    ErlNifResourceFlags done;
    ErlNifResourceType *type;

    gate_enter();
    type = open_type(env->library, text, init, members, flags, &done);
    gate_leave();
    if (tried)
        *tried = done;
    return type;
}

ErlNifResourceType *enif_open_resource_type(ErlNifEnv *env, const char *module_str, const char *name_str,
                                            void (*dtor)(ErlNifEnv *, void *), ErlNifResourceFlags flags,
                                            ErlNifResourceFlags *tried)
{
    const ErlNifResourceTypeInit init = {.dtor = dtor};

    return open_inside(env, name_str, &init, 1, flags, tried);
}

ErlNifResourceType *enif_open_resource_type_x(ErlNifEnv *env, const char *name_str, const ErlNifResourceTypeInit *init,
                                              ErlNifResourceFlags flags, ErlNifResourceFlags *tried)
{
    return open_inside(env, name_str, init, 3, flags, tried);
}

ErlNifResourceType *enif_init_resource_type(ErlNifEnv *env, const char *name_str, const ErlNifResourceTypeInit *init,
                                            ErlNifResourceFlags flags, ErlNifResourceFlags *tried)
{
    return open_inside(env, name_str, init, init->members, flags, tried);
}

/* --- resources ------------------------------------------------------------------------------------ */

/* --- bytes anywhere ------------------------------------------------------------------------------- */

/* A resource binary is a part of the bytes of a Binary, at a distance that is not negative. Bytes that lie before the
 * resource are a part of a Binary below all else: below the program, where nothing else is. It holds the resource. */
#define LOW_ADDRESS 0x10000
#define LOW_BYTES 0x200000
#define LOW_BINARY_BYTES (sizeof(Binary) + 16)

static uint8_t *low_next, *low_end;
static Binary *low_free;               /* linked through their data */

/* Keeps its memory, for the next. */
static void low_destroy(Binary *binary)
{
    NifResource *resource = *(NifResource **)(void *)binary->data;

    binary->references = 1;
    *(Binary **)(void *)binary->data = low_free;
    low_free = binary;
    binary_release(nif_resource_binary(resource));
}

static Binary *low_take(void)
{
    Binary *binary = low_free;

    if (binary) {
        low_free = *(Binary **)(void *)binary->data;
        return binary;
    }
    if (!low_end) {
        low_next = mmap((void *)LOW_ADDRESS, LOW_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
        if (low_next == MAP_FAILED)
            low_next = low_end = (uint8_t *)LOW_ADDRESS;
        else
            low_end = low_next + LOW_BYTES;
    }
    if (low_next + LOW_BINARY_BYTES > low_end)
        return NULL;
    binary = (Binary *)(void *)low_next;
    low_next += LOW_BINARY_BYTES;
    return binary;
}

/* One reference. Null: there is no such memory. */
static Binary *low_binary_new(NifResource *resource)
{
    Binary *binary = low_take();

    if (!binary)
        return NULL;
    *binary = (Binary){.references = 1, .capacity = 0, .used_bits = SIZE_MAX, .destroy = low_destroy};
    binary_keep(nif_resource_binary(resource));
    *(NifResource **)(void *)binary->data = resource;
    return binary;
}

/* --- resources as terms --------------------------------------------------------------------------- */

NifResource *nif_resource_from_term(Term t)
{
    const Word *object;
    Binary *binary;

    if (!is_boxed(t))
        return NULL;
    if (is_magic_ref(t))
        return magic_ref_data(t, destroy);
    object = boxed(t);
    if (header_kind(object[0]) == BOX_SUB_BITS)
        object = boxed(((const SubBits *)object)->base);
    if (header_kind(object[0]) != BOX_REFC_BITS)
        return NULL;
    binary = ((const RefcBits *)object)->binary;
    if (binary->destroy == low_destroy)
        return *(NifResource **)(void *)binary->data;
    return binary->destroy == destroy ? (NifResource *)(void *)binary->data : NULL;
}

Term nif_resource_term(NifResource *resource, Heap *heap)
{
    return magic_ref_from_id(heap, binary_keep(nif_resource_binary(resource)), resource->ref_id);
}

void *enif_alloc_resource(ErlNifResourceType *type, size_t size)
{
    NifResource *resource;
    Binary *binary;

    gate_enter();
    binary = binary_new(sizeof *resource + size);
    binary_make_magic(binary, destroy);
    resource = (void *)binary->data;
    *resource = (NifResource){.type = type, .ref_id = ref_next_id(), .size = size};
    type->resources++;
    gate_leave();
    return resource->data;
}

void enif_keep_resource(void *obj)
{
    gate_enter();
    binary_keep(nif_resource_binary(nif_resource_of(obj)));
    gate_leave();
}

void enif_release_resource(void *obj)
{
    gate_enter();
    binary_release(nif_resource_binary(nif_resource_of(obj)));
    gate_leave();
}

ERL_NIF_TERM enif_make_resource(ErlNifEnv *env, void *obj)
{
    Term t;

    gate_enter();
    t = nif_resource_term(nif_resource_of(obj), env->heap);
    gate_leave();
    return to_nif(t);
}

/* The Binary whose part is at `data`, with a reference; `*offset` bytes from its start. Null: see low_binary_new. */
static Binary *owner_of_bytes(NifResource *resource, const void *data, size_t *offset)
{
    Binary *binary = nif_resource_binary(resource);

    if ((const uint8_t *)data >= binary->data)
        binary_keep(binary);
    else
        binary = low_binary_new(resource);
    *offset = binary ? (size_t)((const uint8_t *)data - binary->data) : 0;
    return binary;
}

ERL_NIF_TERM enif_make_resource_binary(ErlNifEnv *env, void *obj, const void *data, size_t size)
{
    size_t offset;
    Binary *binary;
    RefcBits *whole;
    SubBits *part;

    gate_enter();
    binary = owner_of_bytes(nif_resource_of(obj), data, &offset);
    gate_leave();
    if (!binary)
        return to_nif(bits_new(env->heap, data, size));
    whole = (RefcBits *)heap_alloc(env->heap, REFC_BITS_WORDS);
    *whole = (RefcBits){.header = MAKE_HEADER(BOX_REFC_BITS, REFC_BITS_WORDS - 1), .bit_size = binary->capacity * 8,
                        .binary = binary};
    off_heap_add(env->heap, (Word *)whole);
    part = (SubBits *)heap_alloc(env->heap, SUB_BITS_WORDS);
    *part = (SubBits){.header = MAKE_HEADER(BOX_SUB_BITS, SUB_BITS_WORDS - 1), .bit_offset = offset * 8,
                      .bit_size = size * 8, .base = make_boxed(whole)};
    return to_nif(make_boxed(part));
}

int enif_get_resource(ErlNifEnv *env, ERL_NIF_TERM term, ErlNifResourceType *type, void **objp)
{
    NifResource *resource = nif_resource_from_term(from_nif(term));

    if (!resource || resource->type != type)
        return 0;
    *objp = resource->data;
    return 1;
}

size_t enif_sizeof_resource(void *obj) { return nif_resource_of(obj)->size; }

int enif_dynamic_resource_call(ErlNifEnv *env, ERL_NIF_TERM mod, ERL_NIF_TERM name, ERL_NIF_TERM rsrc, void *call_data)
{
    Term t = from_nif(rsrc);
    NifResource *resource = is_magic_ref(t) ? nif_resource_from_term(t) : NULL;

    if (!resource || resource->type->module != from_nif(mod) || resource->type->name != from_nif(name)
        || !resource->type->callbacks.dyncall)
        return 1;
    resource->type->callbacks.dyncall(env, resource->data, call_data);
    return 0;
}

/* --- callbacks ------------------------------------------------------------------------------------ */

/* The event holds a reference to the resource, the only one if its destructor is due. */
typedef struct NifEvent {
    struct NifEvent *next;
    NifResource *resource;
    bool is_end;               /* destructor; else a process that it monitored has ended */
    Term pid;
    uint64_t monitor_id;
} NifEvent;

static NifEvent *first_event, **last_event = &first_event;
static bool is_running_callbacks;

static void add_event(NifEvent event)
{
    NifEvent *added = mem_alloc(MEM_SYSTEM, sizeof *added);

    *added = event;
    *last_event = added;
    last_event = &added->next;
    nif_callbacks_are_due = true;
    gate_call_attention();
}

/* The last reference has gone; the event takes one again. */
static void destroy(Binary *binary)
{
    NifResource *resource = (void *)binary->data;

    binary->references = 1;
    resource->is_ending = true;
    add_event((NifEvent){.resource = resource, .is_end = true});
}

static void destroyed(Binary *binary) {}

void nif_resource_down(NifResource *resource, Term pid, uint64_t monitor_id)
{
    if (resource->is_ending)
        return;
    binary_keep(nif_resource_binary(resource));
    add_event((NifEvent){.resource = resource, .pid = pid, .monitor_id = monitor_id});
}

static void call_dtor(NifResource *resource)
{
    ErlNifEnv env;
    unsigned depth;

    nif_env_of_own(&env, NO_TERM, resource->type->owner);
    depth = gate_release();
    resource->type->callbacks.dtor(&env, resource->data);
    gate_retake(depth);
    nif_env_clear(&env);
}

static void end_resource(NifResource *resource)
{
    ErlNifResourceType *type = resource->type;
    Binary *binary = nif_resource_binary(resource);

    nif_monitors_end(resource);
    if (type->callbacks.dtor)
        call_dtor(resource);
    binary->destroy = destroyed;
    binary_release(binary);
    if (--type->resources == 0 && !type->is_listed)
        free_type(type);
}

static void call_down(const NifEvent *event)
{
    NifResource *resource = event->resource;
    ErlNifMonitor monitor = {{0}};
    ErlNifPid pid = {to_nif(event->pid)};
    ErlNifEnv env;
    unsigned depth;

    memcpy(&monitor, &event->monitor_id, sizeof event->monitor_id);
    nif_env_of_own(&env, NO_TERM, resource->type->owner);
    depth = gate_release();
    resource->type->callbacks.down(&env, resource->data, &pid, &monitor);
    gate_retake(depth);
    nif_env_clear(&env);
    binary_release(nif_resource_binary(resource));
}

/* What they make due is due as well; a callback that is called by one does not start anew. */
void nif_resource_run_callbacks(void)
{
    if (is_running_callbacks)
        return;
    is_running_callbacks = true;
    while (first_event) {
        NifEvent *event = first_event;

        first_event = event->next;
        if (!first_event)
            last_event = &first_event;
        if (event->is_end)
            end_resource(event->resource);
        else
            call_down(event);
        mem_free(MEM_SYSTEM, event);
    }
    nif_callbacks_are_due = false;
    is_running_callbacks = false;
}

void nif_resource_stop(NifResource *resource, ErlNifEvent event, bool is_direct)
{
    ErlNifEnv env;

    nif_env_of_own(&env, NO_TERM, resource->type->owner);
    resource->type->callbacks.stop(&env, resource->data, event, is_direct);
    nif_env_clear(&env);
}
