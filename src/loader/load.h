/* load.h - from the bytes of a .beam or .ling file to a running module.
 *
 *     bytes -> tables of a CodeIr -> CodeInstance -> PreparedModule -> load_finish -> Module
 *     and for each function: instructions -> verify -> emit -> body
 *
 * The functions of a .beam file come later, when they are called first: see code_source.h. Preparing changes nothing that running code can see (but for atoms, exports and lambda entries that come
 * into being); finishing makes it the current version. */
#ifndef LING_LOAD_H
#define LING_LOAD_H

#include "loader/ir.h"
#include "loader/load_error.h"
#include "vm/code/module.h"

typedef struct PreparedModule {
    CodeInstance *code;        /* null when it was handed over to load_finish */
    Term name;
} PreparedModule;

/* -nobeam: .beam files are refused, only .ling files load. */
extern bool load_refuses_beam;
/* Gets to see, and may change, what was read before it is verified: tests and fuzzing. Null by default. */
extern void (*load_change_code)(CodeIr *ir);

typedef enum LoadResult {
    LOAD_OK,
    LOAD_BAD_FILE,             /* damaged, or not a module */
    LOAD_WRONG_NAME,           /* holds another module than `name` */
    LOAD_REFUSED               /* -nobeam, or a .ling file of another version */
} LoadResult;

/* The stock emulator has the preloaded modules inside, without lines, attributes and compile information. */
enum {
    LOAD_STRIPPED = 1,
    LOAD_WHOLE = 2             /* all functions are verified and made now, not at their first call */
};

/* `name` NO_TERM: any module will do. The bytes may be gzip'ed. They are not needed afterwards. */
LoadResult load_prepare(Term name, const uint8_t *bytes, size_t size, unsigned flags, PreparedModule *out,
                        LoadError *error);
void load_discard(PreparedModule *prepared);
/* Makes it the current version. False (and nothing happens) if the module has old code already.
 * A module with an on_load function does not become current: it stays in module->loading. */
bool load_finish(PreparedModule *prepared);

/* Loads every module of ROOT/lib/erts-<version>/ebin that the emulator brings along. False: *error
 * says what is wrong. */
bool load_preloaded(const char *ebin_dir, LoadError *error);
/* The names of those, for erlang:pre_loaded/0. */
extern const char *const load_preloaded_names[];

/* The chunk `id` (four characters) of a .beam or .ling file; null if there is none. `*scratch` is
 * memory to mem_free(MEM_CODE) when done with the chunk. */
const uint8_t *load_chunk(const uint8_t *bytes, size_t size, const char *id, size_t *chunk_size, uint8_t **scratch);
/* MD5 of the module's code as the stock VM computes it. */
bool load_md5(const uint8_t *bytes, size_t size, uint8_t md5[16]);

/* What erlang:load_nif/2 does for a module that the VM itself has functions for (load_has_natives): binds them. Text of
 * the reason on failure, null on success; `*reason` gets the atom. */
const char *load_bind_natives(CodeInstance *code, Term info, Term *reason);
bool load_has_natives(Term module);
/* ... and for others, once their library was opened (vm/nif/nif_load.h): the functions are there, that was checked. */
void load_bind_library(CodeInstance *code, struct NifLibrary *library);

/* `ling --transform SOURCE... -o TARGET`: writes .beam files, or all in a tree of folders, as .ling. Exit code. */
int load_transform_command(int count, char **words);

#endif
