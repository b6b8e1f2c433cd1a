/* ETS tables. */
#include <math.h>

#include "bifs/report.h"
#include "vm/ets/table_registry.h"
#include "vm/term/print.h"

static void chain_lengths(Text *out, const HashStore *store)
{
    size_t longest = 0, shortest = SIZE_MAX;
    double sum = 0, squares = 0, buckets = (double)store->active, average;

    for (size_t i = 0; i < store->active; i++) {
        size_t length = 0;

        for (const EtsObject *object = store->buckets[i]; object; object = object->link[0])
            length++;
        sum += (double)length;
        squares += (double)length * (double)length;
        longest = MAX(longest, length);
        shortest = MIN(shortest, length);
    }
    average = sum / buckets;
    text_printf(out, "Buckets: %zu\nChain Length Avg: %f\nChain Length Max: %zu\nChain Length Min: %zu\n"
                "Chain Length Std Dev: %f\nChain Length Expected Std Dev: %f\n", store->active, average, longest, shortest,
                buckets > 1 ? sqrt((squares - average * sum) / (buckets - 1)) : 0.0,
                sqrt(average * (1 - 1.0 / buckets)));
}

static void one_object(Report *report, const char *before, const EtsObject *object, const char *after)
{
    Heap opened = {0};

    report_term(report, before, object_view(&opened, object), after);
    heap_clear(&opened);
    report_pause(report);
}

static void hash_objects(Report *report, const HashStore *store)
{
    for (size_t i = 0; i < store->active; i++) {
        if (!store->buckets[i])
            continue;
        text_printf(&report->text, "%zu: [", i);
        for (const EtsObject *object = store->buckets[i]; object; object = object->link[0])
            one_object(report, object->deleted ? "*" : "", object, object->link[0] ? "," : "");
        text_add_string(&report->text, "]\n");
    }
}

static void tree_objects(Report *report, const TreeStore *store)
{
    TreeWalk walk;
    EtsObject *object;

    tree_walk_from_end(&walk, store, true);
    while ((object = tree_walk_next(&walk)))
        one_object(report, "", object, "\n");
}

static void store_of(Report *report, const Table *table)
{
    if (table_is_tree(table)) {
        text_printf(&report->text, "Ordered set (AVL tree), Elements: %zu\n", table->count);
        if (!report->is_dump)
            tree_objects(report, &table->tree);
        return;
    }
    chain_lengths(&report->text, &table->hash);
    text_printf(&report->text, "Fixed: %s\n", table_is_fixed(table) ? "true" : "false");
    if (!report->is_dump)
        hash_objects(report, &table->hash);
}

static void table_section(Report *report, const Table *table)
{
    static const char *const types[] = {
        [TABLE_SET] = "set", [TABLE_ORDERED_SET] = "ordered_set", [TABLE_BAG] = "bag", [TABLE_DUPLICATE_BAG] = "duplicate_bag",
    };
    static const char *const protections[] = {
        [TABLE_PRIVATE] = "private", [TABLE_PROTECTED] = "protected", [TABLE_PUBLIC] = "public",
    };
    Heap heap = {0};

    report_term(report, "=ets:", table->owner, "\n");
    text_printf(&report->text, "Slot: %zu\n", (size_t)table);
    report_term(report, "Table: ", table->named ? table->name : table_ref(&heap, table), "\n");
    heap_clear(&heap);
    report_term(report, "Name: ", table->name, "\n");
    store_of(report, table);
    text_printf(&report->text, "Objects: %zu\nWords: %zu\nType: %s\nProtection: %s\nCompressed: %s\n",
                table->count, table_memory_words(table), types[table->type], protections[table->protection],
                table->compressed ? "true" : "false");
    text_printf(&report->text, "Write Concurrency: false\n");
    text_printf(&report->text, "Read Concurrency: %s\n", table->read_concurrency ? "true" : "false");
    report_pause(report);
}

void report_tables(Report *report)
{
    for (const Table *table = table_list; table; table = table->next)
        table_section(report, table);
}
