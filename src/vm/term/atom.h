/* atom.h - the atom table. Atoms are never freed.
 *
 * Atoms the C code names are lines in atoms.tab; the build makes ATOM_<NAME> (index) and A_<NAME>
 * (Term) of them, in generated "atoms.h". */
#ifndef LING_ATOM_H
#define LING_ATOM_H

#include "vm/term/term.h"

#include "atoms.h"

#define ATOM_MAX_CHARACTERS 255

void atom_init(void);
/* Text is UTF-8, need not end in NUL. NO_TERM: not valid UTF-8, longer than 255 characters, or
 * the table is full (atom_limit). */
Term atom_from_utf8(const char *text, size_t size);
Term atom_from_latin1(const char *text, size_t size);
Term atom_from_text(const char *text);                 /* UTF-8, ends in NUL, known to be good */
Term atom_existing_utf8(const char *text, size_t size);   /* NO_TERM if there is none */
Term atom_existing_latin1(const char *text, size_t size);

const char *atom_text(Term atom, size_t *size);    /* UTF-8, also ends in NUL */
size_t atom_character_count(Term atom);
bool atom_is_latin1(Term atom);
uint32_t atom_hash(Term atom);                     /* the hash that phash/phash2 of stock use: hashpjw over UTF-8 */
/* By index: the first four bytes of an atom's text, as a big-endian number. */
extern uint32_t *atom_ordinals;
int atom_compare_text(Term a, Term b);
/* By characters, as term order asks; mostly the first four bytes tell. */
static inline int atom_compare(Term a, Term b)
{
    uint32_t x = atom_ordinals[atom_index(a)], y = atom_ordinals[atom_index(b)];

    return x != y ? (x < y ? -1 : 1) : atom_compare_text(a, b);
}
uint32_t atom_count(void);
extern uint32_t atom_limit;                        /* +t; default 1048576 */
/* Called when there is no room for a new one; need not return. Null: whoever wants it gets NO_TERM. */
extern void (*atom_table_is_full)(void);
static inline Term atom_bool(bool yes) { return yes ? A_TRUE : A_FALSE; }

#endif
