/* module.h - loaded modules: the current version of each, and the old one that may still run.
 *
 * A CodeInstance is one loaded version: its code words, tables, literals, and the bytes of the
 * chunks that are asked for later (attributes, compile information). Modules are never freed. */
#ifndef LING_MODULE_H
#define LING_MODULE_H

#include "vm/code/export.h"
#include "vm/code/lambda.h"
#include "vm/gc/literal.h"

typedef struct CodeFunction {
    Term name;
    uint32_t arity;
    uint32_t start;            /* word offset of its func_info */
    uint32_t entry;            /* word offset of its first instruction */
    uint32_t end;              /* the next function's start */
    bool is_nif_stub;          /* had nif_start: load_nif may bind it */
    bool is_native;            /* load_nif has bound it */
} CodeFunction;

/* From word `offset` on the source line is lines[line]. Ascending. */
typedef struct CodeLine { uint32_t offset, line; } CodeLine;
typedef struct SourceLine { uint32_t file, line; } SourceLine;
typedef struct CodeExport { Export *export; uint32_t offset; } CodeExport;
typedef struct CodeLambda { LambdaEntry *entry; uint32_t offset; } CodeLambda;

struct Module;

typedef struct CodeInstance {
    struct Module *module;
    Word *words;
    size_t word_count;
    size_t byte_size;              /* of the code block: words and strings */
    size_t mapped_size;            /* of `words` in code_memory; 0: a MEM_CODE block */
    void *native;                  /* machine code for the words (vm/exec/native.h), in code_memory; may be null */
    size_t native_size;
    struct NativeInstruction *instructions;   /* what to make it from; null: made already, or never */
    size_t instruction_count;
    CodeFunction *functions;       /* ascending by address */
    uint32_t function_count;
    CodeLine *code_lines;
    uint32_t code_line_count;
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
    const Word *on_load;           /* the on_load function, or null */
    const char *origin;            /* "beam" or "ling": what file it came from */
    uint8_t md5[16];
    uint8_t *attributes;           /* external term format; null if there are none */
    size_t attributes_size;
    uint8_t *compile_info;
    size_t compile_info_size;
    bool has_nif_stubs;
    bool has_natives;              /* load_nif was called for it */
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
static inline bool code_holds(const CodeInstance *code, const void *address)
{
    return (const Word *)address >= code->words && (const Word *)address < code->words + code->word_count;
}

/* Who puts something else in the place of code words and export addresses: vm/trace. Null: nobody. */
typedef struct CodeWatch {
    void (*retiring)(CodeInstance *code);    /* is about to become old: all is put back */
    void (*installed)(CodeInstance *code);   /* has become the current version */
    Word *(*original)(Word *word);           /* where the word stands that belongs at `word` */
} CodeWatch;
extern CodeWatch code_watch;

/* --- versions ------------------------------------------------------------------------------ */

/* Makes `code` known to code_find. */
void code_register(CodeInstance *code);
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
