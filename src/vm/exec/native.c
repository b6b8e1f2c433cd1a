#include "vm/exec/native.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/base/options.h"
#include "vm/code/code_memory.h"
#include "vm/code/module.h"
#include "vm/exec/native_table.h"

/* Room for what is added to an operand (offsets within objects). y registers of a frame that is just being made have
 * negative offsets. */
#define NUMBER_LIMIT 0x7fff0000
/* At the start of the block, where jumps to a label that is nowhere would lead: the code asks before it takes one. */
#define TRAP_BYTES 16
/* movl $here, %r12d; jmp handler */
#define CALL_BYTES 11

/* Each part takes a mapping or two of its own, and the system counts these: with so many parts a module gets the rest
 * of its machine code at once. */
#define MAX_PARTS 6

/* movsd offset(%rbx), register; jmp */
#define LOAD_BYTES 9
#define JUMP_BYTES 5

/* The float registers that machine registers hold, too (ops_float.c): their words, or 0. */
typedef struct Floats {
    Word newest, older;
} Floats;

/* Where an instruction that takes that for granted is entered by a jump: the registers are loaded first. */
typedef struct Entry {
    uint32_t word, target;
    Floats floats;
} Entry;

typedef struct Maker {
    CodeBlock *block;
    Word *words;                   /* the first that gets machine code */
    uint32_t from;                 /* its offset in the block */
    uint8_t *hot, *cold;           /* where the next stencil goes */
    uint8_t *aside;                /* ... of those that a prefix replaces */
    uint32_t beyond;               /* machine code of the instruction that comes next */
    uint32_t *native_at;           /* by word from there on: offset of its machine code */
    uint8_t *memory;
    size_t size;
    Entry *entries;
    size_t entry_count, entry_capacity;
} Maker;

bool native_is_on(void) { return native_is_there && !options.no_native; }

/* --- which stencil ------------------------------------------------------------------------------- */

static unsigned flavour_of(const Word *at, unsigned constants)
{
    unsigned flavour = NATIVE_SMALL_CONSTANTS;

    for (; constants; constants &= constants - 1) {
        Word word = at[__builtin_ctz(constants)];
        if (word >= NUMBER_LIMIT)
            return NATIVE_ANY_CONSTANTS;
        if (word & TAG_MASK)
            flavour = NATIVE_SHORT_CONSTANTS;
    }
    return flavour;
}

static bool is_short(Word word, HoleForm form)
{
    return word < NUMBER_LIMIT || (form != HOLE_UNSIGNED && (int64_t)word < 0 && (int64_t)word > -NUMBER_LIMIT);
}

static bool is_byte(Word word, int32_t addend)
{
    int64_t value = (int64_t)word + addend;

    return value >= INT8_MIN && value <= INT8_MAX;
}

/* Do the operands fit the holes? */
static bool fits(const Word *at, const Stencil *stencil)
{
    const NativeHole *hole = &native_holes[stencil->holes];
    const NativeHole *end = hole + stencil->hot_holes + stencil->cold_holes;

    for (; hole < end; hole++)
        if (hole->value < HOLE_WORD && !(hole->form == HOLE_BYTE ? is_byte(at[hole->value], hole->addend)
                                                                 : is_short(at[hole->value], hole->form)))
            return false;
    return true;
}

/* Null: the handler has to do it. */
static const Stencil *stencil_for(const Word *at, unsigned variant)
{
    unsigned flavour = flavour_of(at, op_shapes[variant].constants);
    const Stencil *stencil = &native_stencils[flavour][variant];
    const Stencil *near = &native_stencils[NATIVE_NEAR][variant];

    if (flavour == NATIVE_SMALL_CONSTANTS && near->is_there && fits(at, near))
        return near;

    return stencil->is_there && fits(at, stencil) ? stencil : NULL;
}

/* --- float registers ----------------------------------------------------------------------------- */

static unsigned float_kind(const Floats *floats, Word word)
{
    return word == floats->newest ? 1 : word == floats->older ? 2 : 0;
}

/* The variant that reads float registers where they are. */
static unsigned with_floats(const Floats *floats, const Word *at, unsigned variant)
{
    const OpShape *shape = &op_shapes[variant];

    for (unsigned i = 0; i < ARRAY_SIZE(shape->floats); i++)
        if (shape->floats[i])
            variant += float_kind(floats, at[shape->floats[i]]) * shape->float_step[i];
    return variant;
}

/* Does the next instruction find in them what was there before? Nothing else runs on without a call. */
static bool keeps_floats(unsigned variant)
{
    const OpShape *shape = &op_shapes[variant];

    return shape->floats[0] || shape->float_result || variant == op_info[VMOP_TEST_HEAP].first_variant;
}

/* What machine registers hold after an instruction. */
static void note_floats(Floats *floats, const Word *at, unsigned variant)
{
    const OpShape *shape = &op_shapes[variant];

    if (shape->float_result) {
        Word result = at[shape->float_result];
        floats->older = floats->newest == result ? 0 : floats->newest;
        floats->newest = result;
    } else if (!keeps_floats(variant)) {
        *floats = (Floats){0, 0};
    }
}

static size_t entry_bytes(const Entry *entry)
{
    return (entry->floats.newest ? LOAD_BYTES : 0) + (entry->floats.older ? LOAD_BYTES : 0) + JUMP_BYTES;
}

static void add_entry(Maker *m, uint32_t word, uint32_t target, Floats floats)
{
    if (m->entry_count == m->entry_capacity) {
        m->entry_capacity = m->entry_capacity ? 2 * m->entry_capacity : 64;
        m->entries = mem_realloc(MEM_CODE, m->entries, m->entry_capacity * sizeof *m->entries);
    }
    m->entries[m->entry_count++] = (Entry){word, target, floats};
}

/* movsd word(%rbx), %xmm15 or %xmm14 */
static uint8_t *put_load(uint8_t *to, Word word, uint8_t registers)
{
    const uint8_t code[] = {0xf2, 0x44, 0x0f, 0x10, registers};
    uint32_t offset = (uint32_t)word;

    if (word == 0)
        return to;
    memcpy(to, code, sizeof code);
    memcpy(to + sizeof code, &offset, sizeof offset);
    return to + LOAD_BYTES;
}

static void put_jump(const Maker *m, uint8_t *at, uint32_t target)
{
    uint32_t distance = (uint32_t)(m->memory + target - (at + JUMP_BYTES));

    *at = 0xe9;
    memcpy(at + 1, &distance, sizeof distance);
}

static uint8_t *put_entry(const Maker *m, const Entry *entry, uint8_t *to)
{
    to = put_load(to, entry->floats.newest, 0xbb);
    to = put_load(to, entry->floats.older, 0xb3);
    put_jump(m, to, entry->target);
    return to + JUMP_BYTES;
}

/* --- filling holes ------------------------------------------------------------------------------- */

static uint64_t value_of(const Maker *m, const NativeHole *hole, const Word *at, unsigned words)
{
    unsigned operand = hole->value % HOLE_WORD;

    if (hole->value >= HOLE_EXTERNAL)
        return (uintptr_t)native_externals[hole->value - HOLE_EXTERNAL];
    switch (hole->value) {
    case HOLE_HERE:
        return (uintptr_t)at;
    case HOLE_NEXT:
        return (uintptr_t)(at + words);
    case HOLE_GO_NEXT:
        return (uintptr_t)m->memory + m->beyond;
    case HOLE_GO_PLAIN:
        return (uintptr_t)m->memory + m->native_at[at + words - m->words];
    case HOLE_HOT:
        return (uintptr_t)m->hot;
    case HOLE_COLD:
        return (uintptr_t)m->cold;
    }
    switch (hole->value / HOLE_WORD * HOLE_WORD) {
    case HOLE_WORD:
        return (uintptr_t)(at + operand);
    case HOLE_GO:
        return (uintptr_t)m->memory + (at[operand] ? m->native_at[(const Word *)at[operand] - m->words] : 0);
    default:
        return at[operand];
    }
}

static void fill(const Maker *m, const NativeHole *hole, unsigned count, uint8_t *part, const Word *at, unsigned words)
{
    for (; count > 0; count--, hole++) {
        uint64_t value = value_of(m, hole, at, words) + (uint64_t)(int64_t)hole->addend;
        uint8_t *place = part + hole->at;
        if (hole->form == HOLE_RELATIVE)
            value -= (uintptr_t)place;
        memcpy(place, &value, hole->form == HOLE_WIDE ? 8 : hole->form == HOLE_BYTE ? 1 : 4);
    }
}

static void put_stencil(Maker *m, const Stencil *stencil, const Word *at, unsigned words)
{
    const NativeHole *holes = &native_holes[stencil->holes];

    memcpy(m->hot, &native_bytes[stencil->bytes], stencil->hot_size);
    memcpy(m->cold, &native_bytes[stencil->bytes + stencil->hot_size], stencil->cold_size);
    fill(m, holes, stencil->hot_holes, m->hot, at, words);
    fill(m, holes + stencil->hot_holes, stencil->cold_holes, m->cold, at, words);
    m->hot += stencil->hot_size;
    m->cold += stencil->cold_size;
}

static void put_handler(Maker *m, const Word *at, OpHandler handler)
{
    uint32_t here = (uint32_t)(uintptr_t)at;
    uint32_t distance = (uint32_t)((Word)(uintptr_t)handler - (Word)(uintptr_t)(m->hot + CALL_BYTES));

    m->hot[0] = 0x41;
    m->hot[1] = 0xbc;
    memcpy(m->hot + 2, &here, 4);
    m->hot[6] = 0xe9;
    memcpy(m->hot + 7, &distance, 4);
    m->hot += CALL_BYTES;
}

/* --- the block ------------------------------------------------------------------------------------ */

static Word *words_of(const Maker *m, const NativeInstruction *instruction)
{
    return m->words + (instruction->offset - m->from);
}

static uint8_t *native_of(const Maker *m, uint32_t offset) { return m->memory + m->native_at[offset - m->from]; }

/* Entries stand behind everything else, at `at`; the size of all. */
static size_t lay_out_entries(Maker *m, size_t at)
{
    for (size_t i = 0; i < m->entry_count; i++) {
        m->native_at[m->entries[i].word - m->from] = (uint32_t)at;
        at += entry_bytes(&m->entries[i]);
    }
    return at;
}

/* Where an instruction's machine code goes: behind that of the one before; or, where a prefix replaces it, aside. */
typedef struct Placed {
    const Stencil *stencil;        /* null: the handler has to do it */
    bool is_left_out;              /* a prefix that has no stencil, or an instruction whose place is taken */
    bool is_aside, ends_aside;     /* the last one aside goes on beyond the prefix */
} Placed;

static size_t hot_size_of(const Placed *placed)
{
    if (placed->is_left_out)
        return 0;
    return (placed->stencil ? placed->stencil->hot_size : CALL_BYTES) + (placed->ends_aside ? JUMP_BYTES : 0);
}

/* The instructions that the prefix at `i` replaces. */
static void put_aside(const Maker *m, Placed *placed, size_t i)
{
    unsigned count = m->block->instructions[i].replaces;

    for (size_t k = i + 1; k <= i + count && k < m->block->instruction_count; k++)
        placed[k].is_aside = true;
    if (i + count < m->block->instruction_count)
        placed[i + count].ends_aside = true;
}

typedef struct Sizes { size_t hot, aside, cold; } Sizes;

/* Which stencils there are, and where they go. */
static Sizes choose(Maker *m, Placed *placed)
{
    Sizes sizes = {.hot = TRAP_BYTES};
    Floats floats = {0, 0};

    for (size_t i = 0; i < m->block->instruction_count; i++) {
        const NativeInstruction *instruction = &m->block->instructions[i];
        const Word *at = words_of(m, instruction);
        unsigned variant = with_floats(&floats, at, instruction->variant);

        if (floats.newest && keeps_floats(instruction->variant))
            add_entry(m, instruction->offset, (uint32_t)i, floats);
        placed[i].stencil = stencil_for(at, variant);
        placed[i].is_left_out = instruction->replaces > 0 && !placed[i].stencil;
        if (instruction->replaces > 0 && placed[i].stencil)
            put_aside(m, placed, i);
        if (placed[i].stencil)
            note_floats(&floats, at, instruction->variant);
        else if (!placed[i].is_left_out)
            floats = (Floats){0, 0};
        *(placed[i].is_aside ? &sizes.aside : &sizes.hot) += hot_size_of(&placed[i]);
        sizes.cold += placed[i].stencil ? placed[i].stencil->cold_size : 0;
    }
    return sizes;
}

/* Fills in m->native_at, and m->entries' targets, which were numbers of instructions. */
static void lay_out(Maker *m, const Placed *placed, const Sizes *sizes)
{
    size_t hot = TRAP_BYTES, aside = sizes->hot;
    size_t entry = 0;

    for (size_t i = 0; i < m->block->instruction_count; i++) {
        size_t *at = placed[i].is_aside ? &aside : &hot;

        m->native_at[m->block->instructions[i].offset - m->from] = (uint32_t)*at;
        if (entry < m->entry_count && m->entries[entry].target == i)
            m->entries[entry++].target = (uint32_t)*at;
        *at += hot_size_of(&placed[i]);
    }
}

/* Of the instruction at index `i`; 0: there is none. */
static uint32_t native_at(const Maker *m, size_t i)
{
    return i < m->block->instruction_count ? m->native_at[m->block->instructions[i].offset - m->from] : 0;
}

static void put_instruction(Maker *m, const Placed *placed, size_t i)
{
    const NativeInstruction *instruction = &m->block->instructions[i];
    const Word *at = words_of(m, instruction);

    m->beyond = native_at(m, i + 1 + instruction->replaces);
    if (placed[i].stencil)
        put_stencil(m, placed[i].stencil, at, op_shapes[instruction->variant].words);
    else
        put_handler(m, at, op_handlers[instruction->variant]);
    if (placed[i].ends_aside) {
        put_jump(m, m->hot, native_at(m, i + 1));
        m->hot += JUMP_BYTES;
    }
}

static void put_all(Maker *m, const Placed *placed)
{
    for (size_t i = 0; i < m->block->instruction_count; i++) {
        uint8_t *hot = m->hot;

        if (placed[i].is_left_out)
            continue;
        if (!placed[i].is_aside) {
            put_instruction(m, placed, i);
            continue;
        }
        m->hot = m->aside;
        put_instruction(m, placed, i);
        m->aside = m->hot;
        m->hot = hot;
    }
}

/* Machine code of the bodies that m->block->instructions tell of; m->memory stays null if there can be none. */
static void make(Maker *m)
{
    Placed *placed = mem_alloc_zero(MEM_CODE, (m->block->instruction_count + 1) * sizeof *placed);
    Sizes sizes = choose(m, placed);

    lay_out(m, placed, &sizes);
    m->size = lay_out_entries(m, sizes.hot + sizes.aside + sizes.cold);
    m->memory = code_memory_alloc(m->size);
    if (m->memory) {
        memset(m->memory, 0xcc, TRAP_BYTES);
        m->hot = m->memory + TRAP_BYTES;
        m->aside = m->memory + sizes.hot;
        m->cold = m->aside + sizes.aside;
        put_all(m, placed);
        for (size_t i = 0; i < m->entry_count; i++)
            put_entry(m, &m->entries[i], native_of(m, m->entries[i].word));
        if (!code_memory_make_executable(m->memory, m->size)) {
            code_memory_free(m->memory, m->size);
            m->memory = NULL;
        }
    }
    mem_free(MEM_CODE, m->entries);
    mem_free(MEM_CODE, placed);
}

/* --- entering it ----------------------------------------------------------------------------------- */

static void keep_native(const Maker *m)
{
    CodeNative *native = mem_alloc(MEM_CODE, sizeof *native);

    *native = (CodeNative){m->block->code->natives, m->memory, m->size};
    m->block->code->natives = native;
    for (size_t i = 0; i < m->block->instruction_count; i++) {
        const NativeInstruction *instruction = &m->block->instructions[i];
        *words_of(m, instruction) = (Word)(uintptr_t)native_of(m, instruction->offset);
    }
}

/* Entries lead straight to the machine code, but for those that something else stands in for (a native function). */
static void enter_bodies(const Maker *m)
{
    const Word cold = (Word)(uintptr_t)op_handler(VMOP_COLD_ENTRY);

    for (uint32_t i = m->block->body_count; i > 0 && m->block->bodies[i - 1].start >= m->from; i--) {
        const CodeBody *body = &m->block->bodies[i - 1];
        Word *entry = code_entry(m->block->code, body->function);
        Word *place = code_watch.original ? code_watch.original(entry) : entry;

        if (*place == cold)
            *place = m->memory ? (Word)(uintptr_t)native_of(m, body->start + CODE_HEAD_WORDS)
                               : (Word)(uintptr_t)op_handler(VMOP_BODY_ENTRY);
    }
}

static void make_of_block(CodeBlock *block)
{
    Maker m = {.block = block, .from = block->instructions[0].offset};

    m.words = block->words + m.from;
    m.native_at = mem_alloc_zero(MEM_CODE, (block->used - m.from + 1) * sizeof *m.native_at);
    make(&m);
    if (m.memory)
        keep_native(&m);
    enter_bodies(&m);
    mem_free(MEM_CODE, m.native_at);
    mem_free(MEM_CODE, block->instructions);
    block->instructions = NULL;
    block->instruction_count = block->instruction_capacity = 0;
}

void native_make(CodeInstance *code)
{
    unsigned parts = 0;

    for (const CodeNative *native = code->natives; native; native = native->next)
        parts++;
    if (parts >= MAX_PARTS && code->source)
        code_maker.make_all(code);
    for (CodeBlock *block = code->blocks; block; block = block->next)
        if (block->instruction_count > 0)
            make_of_block(block);
}
