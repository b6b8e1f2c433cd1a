/* module.h - loaded modules: the current version of each, and the old one that may still run.
 *
 * A CodeInstance is one loaded version: its code words, tables, literals, and the bytes of the
 * chunks that are asked for later (attributes, compile information). Modules are never freed. */
#ifndef LING_MODULE_H
#define LING_MODULE_H

#include "vm/code/code_block.h"
#include "vm/code/export.h"
#include "vm/code/lambda.h"
#include "vm/gc/literal.h"

typedef struct CodeFunction {
    Term name;
    uint32_t line;             /* of its head: index into CodeInstance.lines */
    uint8_t arity;
    bool is_nif_stub;          /* had nif_start: load_nif may bind it */
    bool is_native;            /* load_nif has bound it */
} CodeFunction;

typedef struct SourceLine { uint32_t file, line; } SourceLine;
typedef struct CodeExport { Export *export; uint32_t function; } CodeExport;
typedef struct CodeLambda { LambdaEntry *entry; uint32_t function; } CodeLambda;

struct Module;

typedef struct CodeInstance {
    struct Module *module;
    Word *entries;                 /* the first block starts with them */
    CodeBlock *blocks;             /* the latest first: bodies are put there */
    CodeNative *natives;
    size_t byte_size;              /* of entries, strings, and the bodies that are there */
    CodeFunction *functions;
    uint32_t function_count;
    struct CodeSource *source;     /* what the bodies are made of that are not there yet; null: all are there */
    const uint8_t *strings;        /* in the first block */
    SourceLine *lines;             /* [0]: unknown */
    uint32_t line_count;
    Term *files;                   /* file names, in `literals`; [0] is the module's own */
    uint32_t file_count;
    CodeExport *exports;
    uint32_t export_count;
    CodeLambda *lambdas;
    uint32_t lambda_count;
    Term *literal_terms;           /* by index; in `literals` */
    uint32_t literal_count;
    LiteralArea *literals;         /* null: the module has none */
    const Word *on_load;           /* the entry of the on_load function, or null */
    const char *origin;            /* "beam" or "ling": what file it came from */
    uint8_t md5[16];               /* code_md5 */
    bool md5_is_open;              /* it is still to be computed, of `source` */
    uint8_t *attributes;           /* external term format; null if there are none */
    size_t attributes_size;
    uint8_t *compile_info;
    size_t compile_info_size;
    bool has_nif_stubs;
    bool has_natives;              /* load_nif was called for it */
    struct NifLibrary *nif_library;    /* whose functions it has; owned by vm/nif */
} CodeInstance;

typedef struct Module {
    Term name;
    CodeInstance *current;         /* null: not loaded, or its on_load function is still to run */
    CodeInstance *old;
    CodeInstance *loading;         /* waits for its on_load function */
    struct Module *next;           /* hash chain */
} Module;

Module *module_find(Term name);    /* null: no version was ever loaded */
Module *module_get(Term name);     /* makes it if need be */
void module_each(void (*visit)(Module *module, void *context), void *context);
uint32_t module_count(void);

/* What code lies at an address. */
typedef struct CodeLocation {
    CodeInstance *code;
    const CodeFunction *function;
    const Word *start;         /* of its entry or its body, whichever `ip` is in */
    Term module;
    Term name;
    uint32_t arity;
    Term file;                 /* list of characters; NO_TERM: unknown */
    uint32_t line;             /* 0: unknown */
} CodeLocation;

/* `ip` points into a function's words. A return address stands after its call: pass one word less
 * for the line of the call. False: no loaded code is there. */
bool code_find(const Word *ip, CodeLocation *out);
/* The instance only; null if there is none. */
CodeInstance *code_find_instance(const Word *ip);
bool code_holds(const CodeInstance *code, const void *address);
/* Where calls of the function go. */
static inline Word *code_entry(const CodeInstance *code, uint32_t function)
{
    return code->entries + (size_t)function * CODE_ENTRY_WORDS + 1;
}
static inline Word *code_function_entry(const CodeInstance *code, const CodeFunction *function)
{
    return code_entry(code, (uint32_t)(function - code->functions));
}

/* Who makes bodies: the loader. Null: all are there when a module is loaded. */
typedef struct CodeMaker {
    /* The body of the function at `entry`, which then leads there. Null: well; else why it cannot be made. */
    const char *(*make_body)(CodeInstance *code, Word *entry);
    /* All bodies of the module that can be made. */
    void (*make_all)(CodeInstance *code);
    /* Fills in code->md5. */
    void (*compute_md5)(CodeInstance *code);
    void (*free_source)(struct CodeSource *source);
} CodeMaker;
extern CodeMaker code_maker;

/* Who puts something else in the place of code words and export addresses (vm/trace), or belongs to code. Null: nobody. */
typedef struct CodeWatch {
    void (*retiring)(CodeInstance *code);    /* is about to become old: all is put back */
    void (*installed)(CodeInstance *code);   /* has become the current version */
    Word *(*original)(Word *word);           /* where the word stands that belongs at `word` */
    void (*released)(CodeInstance *code);    /* is about to be freed: vm/nif */
} CodeWatch;
extern CodeWatch code_watch;

/* What identifies the module's code; computed when somebody asks, or before what it is computed of goes away. */
const uint8_t *code_md5(CodeInstance *code);

/* --- versions ------------------------------------------------------------------------------ */

/* Makes a block known to code_find; its `used` may grow. */
void code_register(CodeBlock *block);
/* The block has got so many bytes more of code. */
void code_count_bytes(CodeInstance *code, size_t bytes);
/* Takes it away again and frees all but the literals, which the caller still has to release
 * (null if there are none). The lambdas that point into it lose their address. */
LiteralArea *code_release(CodeInstance *code);

/* `code` becomes the current version: exports and lambdas point to it. The one before becomes
 * old; there must be no old one. */
void module_install(Module *module, CodeInstance *code);
/* The current version becomes old, its exports go back to their stubs. */
void module_retire(Module *module);
/* The function, or null. */
CodeFunction *code_function(CodeInstance *code, Term name, uint32_t arity);

/* Bytes of code words of all instances, for memory(code). */
size_t code_total_bytes(void);

#endif
