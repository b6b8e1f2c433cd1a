/* rules.c - finds the rule for an instruction and those that follow it: see rules.tab. */
#include "loader/emit_internal.h"

#include "vm/code/operands.h"

#define MAX_PATTERNS 5
#define MAX_VARIABLES 16
enum { RULE_NOWHERE = MAX_VARIABLES, RULE_SCRATCH, RULE_NEXT, RULE_OPERAND_LIMIT };

typedef struct Pattern {
    uint16_t op;
    uint8_t operand_count;
    uint16_t writes;                 /* bit i: operand i is written */
    uint8_t variables[9];
} Pattern;

typedef struct Rule {
    uint8_t pattern_count;
    uint8_t variable_count;
    bool keep_plain;                 /* the plain forms follow */
    Pattern patterns[MAX_PATTERNS];
    uint16_t op;                     /* OpId */
    uint8_t operand_count;
    uint8_t operands[OP_MAX_OPERANDS];
} Rule;

/* Rules of one instruction for one instruction that follows: rules[first .. first + count). */
typedef struct RuleGroup {
    uint16_t second_op, first, count;
} RuleGroup;

/* All rules of one instruction; `plain` is the one without a following instruction, 0: none. */
typedef struct RuleHead {
    uint16_t first_group, group_count, plain;
} RuleHead;

#include "rules_table.inc"

static const Operand nowhere = {.kind = OPERAND_LABEL};
static const Operand scratch = {.kind = OPERAND_X, .value = X_REGISTERS};

typedef struct Match {
    const Operand *variables[RULE_OPERAND_LIMIT];
    Operand shifted[MAX_VARIABLES];   /* y registers of a frame that the pattern allocates */
    int64_t frame;                    /* its size in words */
    uint32_t next_label;              /* of the instruction after the pattern; 0: none */
    uint8_t written[MAX_VARIABLES];   /* variables that earlier instructions write */
    unsigned written_count;
} Match;

/* May this instruction read `operand`, or does an earlier one of the pattern write it under another name? */
static bool is_clobbered(const Match *match, uint8_t variable, const Operand *operand)
{
    for (unsigned i = 0; i < match->written_count; i++)
        if (match->written[i] != variable && operand_same(match->variables[match->written[i]], operand))
            return true;
    return false;
}

/* What the op addresses before it has made the frame lies so much lower. */
static const Operand *in_new_frame(Match *match, uint8_t variable, const Operand *operand)
{
    if (match->frame == 0 || operand->kind != OPERAND_Y)
        return operand;
    match->shifted[variable] = *operand;
    match->shifted[variable].value -= match->frame;
    return &match->shifted[variable];
}

static bool match_pattern(Match *match, const Pattern *pattern, const Instruction *instruction)
{
    unsigned written = match->written_count;

    if (instruction->op != pattern->op || instruction->operand_count != pattern->operand_count)
        return false;
    for (unsigned i = 0; i < pattern->operand_count; i++) {
        uint8_t variable = pattern->variables[i];
        const Operand *operand = &instruction->operands[i];
        if (variable == RULE_NEXT) {
            if (!match->next_label || operand->value != match->next_label)
                return false;
            continue;
        }
        if (!match->variables[variable])
            match->variables[variable] = in_new_frame(match, variable, operand);
        else if (!operand_same(match->variables[variable], operand))
            return false;
        if (pattern->writes >> i & 1)
            match->written[written++] = variable;
        else if (is_clobbered(match, variable, operand))
            return false;
    }
    match->written_count = written;
    if (pattern->op == GENERIC_ALLOCATE)
        match->frame = instruction->operands[0].value / (int64_t)sizeof(Word);
    return true;
}

/* Are the instructions those of the pattern? */
static inline bool same_ops(const Rule *rule, const Instruction *at, uint32_t left)
{
    if (rule->pattern_count > left)
        return false;
    for (unsigned i = 1; i < rule->pattern_count; i++)
        if (at[i].op != rule->patterns[i].op || at[i].label != 0)
            return false;
    return true;
}

static bool match_rule(const Rule *rule, const Instruction *at, uint32_t left, Match *match)
{
    for (unsigned i = 0; i < rule->variable_count; i++)
        match->variables[i] = NULL;
    match->variables[RULE_NOWHERE] = &nowhere;
    match->variables[RULE_SCRATCH] = &scratch;
    match->written_count = 0;
    match->frame = 0;
    match->next_label = rule->pattern_count < left ? at[rule->pattern_count].label : 0;
    for (unsigned i = 0; i < rule->pattern_count; i++)
        if (!match_pattern(match, &rule->patterns[i], &at[i]))
            return false;
    return true;
}

/* Instructions that may be seen in stack traces (the others have no line) need one line. */
static bool common_line(const Rule *rule, const Instruction *at, uint32_t *line)
{
    *line = 0;
    for (unsigned i = 0; i < rule->pattern_count; i++) {
        if (at[i].line == 0)
            continue;
        if (*line != 0 && *line != at[i].line)
            return false;
        *line = at[i].line;
    }
    return true;
}

static void collect_operands(const Rule *rule, const Match *match, const Operand **operands)
{
    for (unsigned i = 0; i < rule->operand_count; i++)
        operands[i] = match->variables[rule->operands[i]];
}

/* The variables of a pattern of one are its operands, in order. */
static bool emit_plain(Emitter *e, const Instruction *at)
{
    const Rule *rule = &rules[rule_heads[at->op].plain];
    const Operand *operands[OP_MAX_OPERANDS];

    if (rule->pattern_count == 0 || rule->patterns[0].operand_count != at->operand_count)
        return false;
    for (unsigned i = 0; i < rule->operand_count; i++) {
        uint8_t variable = rule->operands[i];
        operands[i] = variable == RULE_NOWHERE ? &nowhere : variable == RULE_SCRATCH ? &scratch : &at->operands[variable];
    }
    emit_note_line(e, at->line);
    emit_op_anyhow(e, (OpId)rule->op, operands, rule->operand_count);
    return true;
}

static bool emit_fused(Emitter *e, const Rule *rule, const Instruction *at, uint32_t left)
{
    const Operand *operands[OP_MAX_OPERANDS];
    Match match;
    uint32_t line;
    int variant;

    if (!match_rule(rule, at, left, &match) || !common_line(rule, at, &line))
        return false;
    collect_operands(rule, &match, operands);
    variant = emit_find_variant((OpId)rule->op, operands, rule->operand_count);
    if (variant < 0)
        return false;
    emit_note_line(e, line);
    emit_variant(e, (OpId)rule->op, variant, operands, rule->operand_count);
    return true;
}

/* The plain forms follow the op that stands for them. */
static void emit_replaced(Emitter *e, const Instruction *at, unsigned count)
{
    size_t prefix = e->instruction_count - 1;

    for (unsigned n = 0; n < count; n++)
        if (!emit_plain(e, &at[n]))
            emit_fail(e, "instruction without a plain form");
    e->instructions[prefix].replaces = (uint8_t)(e->instruction_count - 1 - prefix);
}

static const RuleGroup *find_group(const Instruction *at, uint32_t left)
{
    const RuleHead *head = &rule_heads[at->op];
    const RuleGroup *group = &rule_groups[head->first_group];

    if (left < 2 || at[1].label != 0)
        return NULL;
    for (unsigned i = 0; i < head->group_count; i++, group++)
        if (group->second_op == at[1].op)
            return group;
    return NULL;
}

unsigned rules_apply(Emitter *e, const Instruction *at, uint32_t left)
{
    const RuleGroup *group = find_group(at, left);

    for (unsigned i = 0; group && i < group->count; i++) {
        const Rule *rule = &rules[group->first + i];
        if (!same_ops(rule, at, left) || !emit_fused(e, rule, at, left))
            continue;
        if (rule->keep_plain)
            emit_replaced(e, at, rule->pattern_count);
        return rule->pattern_count;
    }
    return emit_plain(e, at) ? 1 : 0;
}
