#include "vm/term/atom.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/base/thread_kind.h"
#include "vm/term/utf8.h"

#define TEXT_BLOCK_BYTES ((size_t)32 * 1024)
#define FIRST_BUCKET_BITS 14
#define NO_ATOM UINT32_MAX
#define ATOM_MAX_BYTES (ATOM_MAX_CHARACTERS * UTF8_MAX_BYTES)

typedef struct AtomEntry {
    const char *text;
    uint32_t next;           /* index of the next one in the bucket, or NO_ATOM */
    uint32_t hash;
    uint16_t size;
    uint8_t characters;
    bool is_latin1;
} AtomEntry;

uint32_t atom_limit = 1048576;
void (*atom_table_is_full)(void);
uint32_t *atom_ordinals;

static AtomEntry *entries;
static uint32_t entry_count, entry_capacity;
static uint32_t *buckets;
static unsigned bucket_bits;
static char *text_at, *text_end;

/* The P. J. Weinberger hash of the characters: those below 256 count as one byte each, others as their
 * UTF-8 bytes. External programs depend on it through phash2. */
static uint32_t hash_text(const char *text, size_t size)
{
    const uint8_t *at = (const uint8_t *)text, *end = at + size;
    uint32_t hash = 0;

    while (at < end) {
        uint32_t byte = *at++;
        uint32_t high;
        if (at < end && (byte & 0xfe) == 0xc2 && (*at & 0xc0) == 0x80)
            byte = (byte << 6 & 0xff) | (*at++ & 0x3f);
        hash = (hash << 4) + byte;
        high = hash & 0xf0000000;
        if (high)
            hash ^= high ^ high >> 24;
    }
    return hash;
}

static uint32_t bucket_of(uint32_t hash) { return (hash * 0x9e3779b1u) >> (32 - bucket_bits); }

static uint32_t ordinal_of(const char *text, size_t size)
{
    uint32_t ordinal = 0;

    for (size_t i = 0; i < 4; i++)
        ordinal = ordinal << 8 | (i < size ? (uint8_t)text[i] : 0);
    return ordinal;
}

static const AtomEntry *entry_of(Term atom)
{
    assert(is_atom(atom) && atom_index(atom) < entry_count);
    return &entries[atom_index(atom)];
}

static Term find(const char *text, size_t size, uint32_t hash)
{
    for (uint32_t i = buckets[bucket_of(hash)]; i != NO_ATOM; i = entries[i].next) {
        const AtomEntry *entry = &entries[i];
        if (entry->hash == hash && entry->size == size && memcmp(entry->text, text, size) == 0)
            return ATOM_TERM(i);
    }
    return NO_TERM;
}

static void rehash(unsigned bits)
{
    size_t count = (size_t)1 << bits;

    buckets = mem_realloc(MEM_ATOM, buckets, count * sizeof *buckets);
    bucket_bits = bits;
    for (size_t i = 0; i < count; i++)
        buckets[i] = NO_ATOM;
    for (uint32_t i = 0; i < entry_count; i++) {
        uint32_t *bucket = &buckets[bucket_of(entries[i].hash)];
        entries[i].next = *bucket;
        *bucket = i;
    }
}

static const char *keep_text(const char *text, size_t size)
{
    char *kept;

    if ((size_t)(text_end - text_at) < size + 1) {
        text_at = mem_alloc(MEM_ATOM_TEXT, TEXT_BLOCK_BYTES);
        text_end = text_at + TEXT_BLOCK_BYTES;
    }
    kept = text_at;
    memcpy(kept, text, size);
    kept[size] = 0;
    text_at += size + 1;
    return kept;
}

static bool has_latin1_only(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if ((uint8_t)text[i] > 0xc3)
            return false;
    }
    return true;
}

/* Other threads look at entries of atoms that they have, while this one adds new ones: they may go on with the old array. */
static void *larger(void *old, size_t used_bytes, size_t bytes)
{
    void *copy;

    if (!threads_may_read)
        return mem_realloc(MEM_ATOM, old, bytes);
    copy = mem_alloc(MEM_ATOM, bytes);
    memcpy(copy, old, used_bytes);
    return copy;
}

static void grow_entries(void)
{
    uint32_t capacity = entry_capacity ? 2 * entry_capacity : 1u << FIRST_BUCKET_BITS;
    void *new_entries = larger(entries, entry_count * sizeof *entries, capacity * sizeof *entries);
    void *new_ordinals = larger(atom_ordinals, entry_count * sizeof *atom_ordinals, capacity * sizeof *atom_ordinals);

    __atomic_store_n(&entries, new_entries, __ATOMIC_RELEASE);
    __atomic_store_n(&atom_ordinals, new_ordinals, __ATOMIC_RELEASE);
    entry_capacity = capacity;
}

static Term add(const char *text, size_t size, size_t characters, uint32_t hash)
{
    uint32_t index = entry_count;
    AtomEntry *entry;

    if (index >= atom_limit) {
        if (atom_table_is_full)
            atom_table_is_full();
        return NO_TERM;
    }
    if (index == entry_capacity)
        grow_entries();
    entry = &entries[index];
    *entry = (AtomEntry){
        .text = keep_text(text, size),
        .hash = hash,
        .size = (uint16_t)size,
        .characters = (uint8_t)characters,
        .is_latin1 = has_latin1_only(text, size),
    };
    atom_ordinals[index] = ordinal_of(text, size);
    entry_count++;
    if (entry_count > (uint32_t)1 << bucket_bits) {
        rehash(bucket_bits + 1);
    } else {
        entry->next = buckets[bucket_of(hash)];
        buckets[bucket_of(hash)] = index;
    }
    return ATOM_TERM(index);
}

void atom_init(void)
{
    static const char *const texts[] = {STATIC_ATOM_TEXTS};

    rehash(FIRST_BUCKET_BITS);
    for (uint32_t i = 0; i < STATIC_ATOM_COUNT; i++) {
        Term atom = atom_from_text(texts[i]);
        assert(atom_index(atom) == i);
    }
}

static bool count_characters(const char *text, size_t size, size_t *characters)
{
    return size <= ATOM_MAX_BYTES && utf8_valid_prefix((const uint8_t *)text, size, characters) == size
        && *characters <= ATOM_MAX_CHARACTERS;
}

Term atom_from_utf8(const char *text, size_t size)
{
    uint32_t hash = hash_text(text, size);
    Term atom = size <= ATOM_MAX_BYTES ? find(text, size, hash) : NO_TERM;
    size_t characters;

    if (atom != NO_TERM)
        return atom;
    return count_characters(text, size, &characters) ? add(text, size, characters, hash) : NO_TERM;
}

Term atom_existing_utf8(const char *text, size_t size)
{
    return size <= ATOM_MAX_BYTES ? find(text, size, hash_text(text, size)) : NO_TERM;
}

/* `to` has room for twice the size. */
static size_t latin1_to_utf8(const char *text, size_t size, char *to)
{
    char *start = to;

    for (size_t i = 0; i < size; i++)
        to += utf8_encode((uint8_t)text[i], (uint8_t *)to);
    return (size_t)(to - start);
}

Term atom_from_latin1(const char *text, size_t size)
{
    char utf8[2 * ATOM_MAX_CHARACTERS];

    if (size > ATOM_MAX_CHARACTERS)
        return NO_TERM;
    return atom_from_utf8(utf8, latin1_to_utf8(text, size, utf8));
}

Term atom_existing_latin1(const char *text, size_t size)
{
    char utf8[2 * ATOM_MAX_CHARACTERS];

    if (size > ATOM_MAX_CHARACTERS)
        return NO_TERM;
    return atom_existing_utf8(utf8, latin1_to_utf8(text, size, utf8));
}

Term atom_from_text(const char *text)
{
    Term atom = atom_from_utf8(text, strlen(text));

    assert(atom != NO_TERM);
    return atom;
}

const char *atom_text(Term atom, size_t *size)
{
    const AtomEntry *entry = entry_of(atom);

    if (size)
        *size = entry->size;
    return entry->text;
}

size_t atom_character_count(Term atom) { return entry_of(atom)->characters; }
bool atom_is_latin1(Term atom) { return entry_of(atom)->is_latin1; }
uint32_t atom_hash(Term atom) { return entry_of(atom)->hash; }
uint32_t atom_count(void) { return entry_count; }

/* The bytes of UTF-8 are in the order of the characters. */
int atom_compare_text(Term a, Term b)
{
    const AtomEntry *first = entry_of(a), *second = entry_of(b);
    int order = memcmp(first->text, second->text, MIN(first->size, second->size));

    return order ? order : (int)first->size - (int)second->size;
}
