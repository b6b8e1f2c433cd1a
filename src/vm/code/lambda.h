/* lambda.h - funs: the entries that fun objects point to, and the objects.
 *
 * A LambdaEntry stands for "the fun of this index in a module whose code has this md5". It is never freed
 * and never moves, so fun objects hold its address, also those that came from another node
 * or outlived their module. Loading a module fills in the address, purging takes it away. */
#ifndef LING_LAMBDA_H
#define LING_LAMBDA_H

#include "vm/term/fun.h"
#include "vm/term/heap.h"

typedef struct LambdaEntry {
    const Word *address;       /* code of the fun; null: no such code is loaded, and a call goes to
                                  error_handler:undefined_lambda(Module, Fun, Args) */
    Term module;
    Term name;                 /* '-main/0-fun-0-'; NO_TERM: known from outside only */
    uint32_t arity;            /* without the free variables: what is_function/2 asks for */
    uint32_t free_count;
    uint32_t index;            /* in the module's lambda table */
    uint32_t old_uniq;
    uint8_t uniq[16];          /* md5 of the module's code: lambda_uniq */
    struct CodeInstance *source;   /* whose md5 it is, which nobody has asked for yet; null: uniq is there */
    const Word *purged;        /* the code while it is being purged, else null: calls wait for the outcome */
    struct LambdaEntry *next;  /* hash chain */
} LambdaEntry;
_Static_assert(offsetof(LambdaEntry, uniq) == offsetof(FunIdentity, uniq), "starts like FunIdentity");

/* The entry for these; makes it (with a null address) if need be. One that was known from outside only
 * gets its counts from the first FunObject or module that tells them. */
LambdaEntry *lambda_get(Term module, uint32_t old_uniq, uint32_t index, const uint8_t uniq[16], uint32_t arity,
                        uint32_t free_count);
/* The same for a fun of `code`. While its md5 is open, no entry of other code may be known for the rest. */
LambdaEntry *lambda_get_of(struct CodeInstance *code, Term module, uint32_t old_uniq, uint32_t index, uint32_t arity,
                           uint32_t free_count);
/* Is there an entry for these, whatever the md5? */
bool lambda_is_known(Term module, uint32_t old_uniq, uint32_t index);
const uint8_t *lambda_uniq(LambdaEntry *entry);
void lambda_each(void (*visit)(LambdaEntry *entry, void *context), void *context);

typedef struct FunObject {
    Word header;               /* BOX_FUN, FUN_WORDS - 1 + free variables */
    LambdaEntry *entry;
    Term creator;              /* pid */
    Term env[];
} FunObject;
#define FUN_WORDS 3

typedef struct ExportFunObject {
    Word header;               /* BOX_EXPORT, EXPORT_FUN_WORDS - 1 */
    struct Export *export;
} ExportFunObject;
#define EXPORT_FUN_WORDS 2

static inline bool is_local_fun(Term t) { return is_box_kind(t, BOX_FUN); }
static inline bool is_export_fun(Term t) { return is_box_kind(t, BOX_EXPORT); }
static inline FunObject *fun_object(Term t) { return (FunObject *)boxed(t); }
static inline ExportFunObject *export_fun_object(Term t) { return (ExportFunObject *)boxed(t); }
static inline size_t fun_free_count(const FunObject *fun) { return header_words(fun->header) + 1 - FUN_WORDS; }

/* A fun whose free variables the caller fills in before anything else sees it. */
Term fun_new(Heap *heap, LambdaEntry *entry, Term creator, size_t free_count, Term **env);
Term export_fun_new(Heap *heap, struct Export *export);
/* Of either kind. */
uint32_t fun_arity(Term fun);

#endif
