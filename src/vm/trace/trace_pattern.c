#include "vm/trace/trace_pattern.h"

LoadPattern trace_load_pattern;

static bool has_name(const FunctionSet *set, Term function, uint32_t arity)
{
    return (set->specified < 2 || set->function == function) && (set->specified < 3 || set->arity == arity);
}

/* --- exports: global tracing ------------------------------------------------------------------------------ */

typedef struct Setting {
    const FunctionSet *set;
    const TracePattern *change;
    TraceSpec *meta_spec;
    size_t count;
} Setting;

static void set_spec(TraceSpec **at, TraceSpec *spec)
{
    TraceSpec *old = *at;

    *at = trace_spec_share(spec);
    trace_spec_release(old);
}

/* Tracing on an export only ends when breakpoints on code are set, and the other way round. */
static void set_on_export(Export *export, const TracePattern *change)
{
    Breakpoint *b = breakpoint_of_export(export);
    bool wants_global = change->action != PATTERN_OFF && pattern_is_global(change);

    if (change->action == PATTERN_OFF && !pattern_is_global(change))
        return;
    if (b && (wants_global ? b->code != NULL : b->code == NULL)) {
        breakpoint_clear(b, ~0u);
        b = NULL;
    }
    if (!wants_global)
        return;
    b = breakpoint_on_export(export);
    b->flags |= BREAK_GLOBAL;
    set_spec(&b->spec, change->spec);
}

static void visit_export(Export *export, void *context)
{
    Setting *setting = context;
    const FunctionSet *set = setting->set;

    if ((set->specified > 0 && set->module != export->module) || !has_name(set, export->function, export->arity)
        || !export_is_defined(export))
        return;
    set_on_export(export, setting->change);
    setting->count++;
}

/* --- code: breakpoints -------------------------------------------------------------------------------------- */

static void set_meta(Breakpoint *b, TraceSpec *spec, Tracer *tracer)
{
    Tracer *old = b->meta_tracer;

    b->flags |= BREAK_META;
    set_spec(&b->meta_spec, spec);
    b->meta_tracer = tracer_share(tracer);
    tracer_release(old);
}

static void set_counter(Breakpoint *b, uint32_t kind, uint32_t paused, PatternAction action)
{
    if ((b->flags & kind) && action == PATTERN_PAUSE) {
        b->flags |= paused;
        return;
    }
    b->flags = (b->flags | kind) & ~paused;
    if (kind == BREAK_COUNT)
        b->count = 0;
    else
        call_times_clear(&b->times);
}

static void set_breakpoint(const Setting *setting, CodeInstance *code, const CodeFunction *function)
{
    const TracePattern *change = setting->change;
    bool may_make = change->action == PATTERN_ON || change->local || change->meta;
    Breakpoint *b = breakpoint_at(code_function_entry(code, function));

    if (!b && !may_make)
        return;
    b = breakpoint_on_code(code, function);
    if (change->local) {
        b->flags |= BREAK_LOCAL;
        set_spec(&b->spec, change->spec);
    }
    if (change->meta)
        set_meta(b, setting->meta_spec, change->meta_tracer);
    if (change->call_count)
        set_counter(b, BREAK_COUNT, BREAK_COUNT_PAUSED, change->action);
    if (change->call_time)
        set_counter(b, BREAK_TIME, BREAK_TIME_PAUSED, change->action);
}

static void clear_breakpoint(const TracePattern *change, Breakpoint *b)
{
    uint32_t flags = (change->local ? BREAK_LOCAL : 0) | (change->meta ? BREAK_META : 0)
        | (change->call_count ? BREAK_COUNT : 0) | (change->call_time ? BREAK_TIME : 0);

    if (b && flags)
        breakpoint_clear(b, flags);
}

static void set_on_function(const Setting *setting, CodeInstance *code, const CodeFunction *function)
{
    Breakpoint *b = breakpoint_at(code_function_entry(code, function));

    if (setting->change->action == PATTERN_OFF)
        clear_breakpoint(setting->change, b);
    else if (!pattern_is_global(setting->change))
        set_breakpoint(setting, code, function);
    else if (b)
        breakpoint_clear(b, ~0u);
}

static void visit_module(Module *module, void *context)
{
    Setting *setting = context;
    CodeInstance *code = module->current;

    if (!code || (setting->set->specified > 0 && setting->set->module != module->name))
        return;
    for (uint32_t i = 0; i < code->function_count; i++) {
        if (!has_name(setting->set, code->functions[i].name, code->functions[i].arity))
            continue;
        set_on_function(setting, code, &code->functions[i]);
        setting->count++;
    }
}

static size_t apply(const FunctionSet *set, const TracePattern *change, TraceSpec *meta_spec)
{
    Setting exports = {set, change, meta_spec, 0}, functions = exports;
    Module *module = set->specified > 0 ? module_find(set->module) : NULL;

    export_each(visit_export, &exports);
    if (set->specified == 0)
        module_each(visit_module, &functions);
    else if (module)
        visit_module(module, &functions);
    return pattern_is_global(change) ? exports.count : functions.count;
}

size_t trace_pattern_set(const FunctionSet *set, const TracePattern *change) { return apply(set, change, change->spec); }

/* --- the debugger --------------------------------------------------------------------------------------------- */

typedef struct Debugging {
    const FunctionSet *set;
    bool on;
    size_t count;
} Debugging;

static void debug_function(CodeInstance *code, const CodeFunction *function, bool on)
{
    Breakpoint *b = breakpoint_at(code_function_entry(code, function));

    if (on)
        breakpoint_on_code(code, function)->flags |= BREAK_DEBUG;
    else if (b)
        breakpoint_clear(b, BREAK_DEBUG);
}

static void debug_module(Module *module, void *context)
{
    Debugging *debugging = context;
    CodeInstance *code = module->current;

    if (!code || (debugging->set->specified > 0 && debugging->set->module != module->name))
        return;
    for (uint32_t i = 0; i < code->function_count; i++) {
        if (!has_name(debugging->set, code->functions[i].name, code->functions[i].arity))
            continue;
        debug_function(code, &code->functions[i], debugging->on);
        debugging->count++;
    }
}

size_t trace_debug_set(const FunctionSet *set, bool on)
{
    Debugging debugging = {set, on, 0};

    module_each(debug_module, &debugging);
    return debugging.count;
}

/* --- code that is loaded later -------------------------------------------------------------------------------- */

static void set_load_specs(const TracePattern *change)
{
    LoadPattern *load = &trace_load_pattern;
    Tracer *old = load->pattern.meta_tracer;
    bool is_global = pattern_is_global(change);

    if (change->local || is_global)
        set_spec(&load->pattern.spec, change->spec);
    if (!change->meta && !is_global)
        return;
    set_spec(&load->meta_spec, change->meta ? change->spec : NULL);
    load->pattern.meta_tracer = change->meta ? tracer_share(change->meta_tracer) : NULL;
    tracer_release(old);
}

static void set_load_flags(const TracePattern *change, bool on)
{
    TracePattern *pattern = &trace_load_pattern.pattern;
    bool counts = change->action == PATTERN_ON;

    pattern->local = on ? pattern->local || change->local : pattern->local && !change->local;
    pattern->meta = on ? pattern->meta || change->meta : pattern->meta && !change->meta;
    pattern->call_count = on ? pattern->call_count || (counts && change->call_count)
                             : pattern->call_count && !change->call_count;
    pattern->call_time = on ? pattern->call_time || (counts && change->call_time)
                            : pattern->call_time && !change->call_time;
}

void trace_load_pattern_set(const TracePattern *change)
{
    LoadPattern *load = &trace_load_pattern;
    TracePattern *pattern = &load->pattern;
    bool on = change->action != PATTERN_OFF, was_global = pattern_is_global(pattern);

    set_load_specs(change);
    if (was_global && pattern_is_global(change)) {
        load->is_on = on;
    } else if (!was_global && !pattern_is_global(change)) {
        set_load_flags(change, on);
        load->is_on = load->is_on && !pattern_is_global(pattern);
    } else if (on) {
        pattern->local = pattern->meta = pattern->call_count = pattern->call_time = false;
        set_load_flags(change, true);
        load->is_on = pattern_is_global(change) || !pattern_is_global(pattern);
    }
}

static void code_installed(CodeInstance *code)
{
    FunctionSet set = {.specified = 1, .module = code->module->name};

    if (!trace_load_pattern.is_on)
        return;
    trace_load_pattern.pattern.action = PATTERN_ON;
    apply(&set, &trace_load_pattern.pattern, trace_load_pattern.meta_spec);
}

void trace_pattern_init(void) { code_watch.installed = code_installed; }
