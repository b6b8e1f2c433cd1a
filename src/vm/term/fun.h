/* fun.h - what terms know of funs: enough to compare, hash and print them.
 *
 * What is called lies in vm/code; the structs here are the first fields of those in lambda.h and
 * export.h, which assert it. */
#ifndef LING_FUN_H
#define LING_FUN_H

#include "vm/term/term.h"

/* Start of LambdaEntry. */
typedef struct FunIdentity {
    const Word *address;
    Term module;
    Term name;
    uint32_t arity;
    uint32_t free_count;
    uint32_t index;
    uint32_t old_uniq;
    uint8_t uniq[16];          /* valid when somebody has asked for it: EtfFuns */
} FunIdentity;

/* Start of Export. */
typedef struct ExportIdentity {
    const Word *address;
    Term module;
    Term function;
    uint32_t arity;
} ExportIdentity;

/* BOX_FUN and BOX_EXPORT: FunObject and ExportFunObject of lambda.h. */
static inline const FunIdentity *fun_identity(Term fun) { return (const FunIdentity *)boxed(fun)[1]; }
static inline Term fun_creator(Term fun) { return ((const Term *)boxed(fun))[2]; }
static inline size_t fun_env_size(Term fun) { return header_words(boxed_header(fun)) - 2; }
static inline const Term *fun_env(Term fun) { return (const Term *)boxed(fun) + 3; }
static inline const ExportIdentity *fun_export_identity(Term fun) { return (const ExportIdentity *)boxed(fun)[1]; }

#endif
