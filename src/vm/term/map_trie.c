#include "vm/term/map_trie.h"

#include <string.h>

#include "vm/base/mem.h"
#include "vm/term/compare.h"
#include "vm/term/hash.h"

#define BITS_PER_LEVEL 4
#define LEVELS_PER_HASH 8
#define MAX_CHILDREN 16

/* The bits of a key's hash that choose the child, level by level. */
typedef struct HashPath {
    Term key;
    uint32_t bits;
    unsigned level;
} HashPath;

static inline HashPath hash_path(Term key)
{
    return (HashPath){.key = key, .bits = term_map_hash(key, 0), .level = 0};
}

static HashPath hash_path_at(Term key, unsigned level)
{
    uint32_t hash = term_map_hash(key, level / LEVELS_PER_HASH);

    return (HashPath){.key = key, .bits = hash >> BITS_PER_LEVEL * (level % LEVELS_PER_HASH), .level = level};
}

static inline void hash_path_down(HashPath *path)
{
    path->level++;
    if (path->level % LEVELS_PER_HASH != 0)
        path->bits >>= BITS_PER_LEVEL;
    else if (path->level < MAP_MAX_LEVELS)
        path->bits = term_map_hash(path->key, path->level / LEVELS_PER_HASH);
}

static inline unsigned hash_path_bit(const HashPath *path) { return 1u << (path->bits & (MAX_CHILDREN - 1)); }
/* The number of bits below `bit`, a power of two of up to 32 bits; without popcnt the compiler would call a function. */
static inline size_t child_index(uint64_t bitmap, unsigned bit)
{
    uint32_t bits = (uint32_t)bitmap & (bit - 1);

    bits -= bits >> 1 & 0x55555555u;
    bits = (bits & 0x33333333u) + (bits >> 2 & 0x33333333u);
    return ((bits + (bits >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24;
}

static inline bool leaf_has_key(Term leaf, Term key)
{
    Term other = list_head(leaf);

    return other == key || (!is_immediate(key) && term_exact_equal(other, key));
}

/* Of a node without bitmap: the index of the leaf, or the number of leaves. */
static size_t search_leaves(const Word *node, Term key)
{
    size_t size = trie_node_size(node);
    size_t i = 0;

    while (i < size && !leaf_has_key(trie_children(node)[i], key))
        i++;
    return i;
}

Term trie_find(Term map, Term key)
{
    HashPath path = hash_path(key);
    const Word *node = boxed(map);

    for (;;) {
        uint64_t bitmap = trie_bitmap(node);
        unsigned bit = hash_path_bit(&path);
        Term child;

        if (UNLIKELY(bitmap == 0)) {
            size_t i = search_leaves(node, key);
            return i < trie_node_size(node) ? list_tail(trie_children(node)[i]) : NO_TERM;
        }
        if (!(bitmap & bit))
            return NO_TERM;
        child = trie_children(node)[child_index(bitmap, bit)];
        if (is_cons(child))
            return leaf_has_key(child, key) ? list_tail(child) : NO_TERM;
        node = boxed(child);
        hash_path_down(&path);
    }
}

/* --- making nodes ------------------------------------------------------------------------- */

static Term make_node(Heap *heap, uint64_t bitmap, const Term *children, size_t count)
{
    Word *node = heap_alloc(heap, 2 + count);

    node[0] = MAKE_HEADER(BOX_HASH_NODE, 1 + count);
    node[1] = bitmap;
    memcpy(node + 2, children, count * sizeof(Term));
    return make_boxed(node);
}

static Term make_root(Heap *heap, size_t size, uint64_t bitmap, const Term *children, size_t count)
{
    Word *node = heap_alloc(heap, 3 + count);

    node[0] = MAKE_HEADER(BOX_HASH_MAP, 2 + count);
    node[1] = size;
    node[2] = bitmap;
    memcpy(node + 3, children, count * sizeof(Term));
    return make_boxed(node);
}

/* Room for a copy of a node (root or not) with another number of children; these are not filled in. */
static Term *new_node_like(Heap *heap, const Word *node, uint64_t bitmap, size_t count, Term *made)
{
    bool is_root = header_kind(node[0]) == BOX_HASH_MAP;
    size_t raw = is_root ? 2 : 1;
    Word *copy = heap_alloc(heap, 1 + raw + count);

    copy[0] = MAKE_HEADER(is_root ? BOX_HASH_MAP : BOX_HASH_NODE, raw + count);
    copy[1] = node[1];
    copy[raw] = bitmap;
    *made = make_boxed(copy);
    return (Term *)copy + 1 + raw;
}

static Term node_with_child(Heap *heap, const Word *node, size_t index, Term child)
{
    size_t count = trie_node_size(node);
    Term copy;
    Term *children = new_node_like(heap, node, trie_bitmap(node), count, &copy);

    memcpy(children, trie_children(node), count * sizeof(Term));
    children[index] = child;
    return copy;
}

static Term node_with_more(Heap *heap, const Word *node, uint64_t bitmap, size_t index, Term child)
{
    size_t count = trie_node_size(node);
    Term copy;
    Term *children = new_node_like(heap, node, bitmap, count + 1, &copy);

    memcpy(children, trie_children(node), index * sizeof(Term));
    children[index] = child;
    memcpy(children + index + 1, trie_children(node) + index, (count - index) * sizeof(Term));
    return copy;
}

static Term node_with_less(Heap *heap, const Word *node, uint64_t bitmap, size_t index)
{
    size_t count = trie_node_size(node);
    Term copy;
    Term *children = new_node_like(heap, node, bitmap, count - 1, &copy);

    memcpy(children, trie_children(node), index * sizeof(Term));
    memcpy(children + index, trie_children(node) + index + 1, (count - index - 1) * sizeof(Term));
    return copy;
}

/* The subtree of two leaves whose hashes are the same above path->level. */
static Term node_of_two(Heap *heap, Term old_leaf, HashPath path, Term new_leaf)
{
    HashPath old_path = hash_path_at(list_head(old_leaf), path.level);
    unsigned top = path.level;
    uint64_t bitmaps[MAP_MAX_LEVELS + 1];
    Term node;

    while (path.level < MAP_MAX_LEVELS && hash_path_bit(&path) == hash_path_bit(&old_path)) {
        bitmaps[path.level] = hash_path_bit(&path);
        hash_path_down(&path);
        hash_path_down(&old_path);
    }
    if (path.level == MAP_MAX_LEVELS) {
        node = make_node(heap, 0, (Term[]){old_leaf, new_leaf}, 2);
    } else {
        unsigned old_bit = hash_path_bit(&old_path), new_bit = hash_path_bit(&path);
        Term first = old_bit < new_bit ? old_leaf : new_leaf;
        node = make_node(heap, old_bit | new_bit, (Term[]){first, first == old_leaf ? new_leaf : old_leaf}, 2);
    }
    while (path.level-- > top)
        node = make_node(heap, bitmaps[path.level], &node, 1);
    return node;
}

/* --- the way from the root ---------------------------------------------------------------- */

typedef struct Step {
    const Word *node;
    size_t index;
} Step;

typedef struct Way {
    HashPath path;               /* at the last node */
    size_t count;
    Step steps[MAP_MAX_LEVELS + 1];
} Way;

/* The child where the key is, or might be: a leaf (of any key), or NO_TERM: nothing is where it belongs. */
static Term walk(Way *way, Term map, Term key)
{
    const Word *node = boxed(map);

    way->path = hash_path(key);
    way->count = 0;
    for (;;) {
        uint64_t bitmap = trie_bitmap(node);
        unsigned bit = hash_path_bit(&way->path);
        size_t index = bitmap ? child_index(bitmap, bit) : search_leaves(node, key);
        Term child;

        way->steps[way->count++] = (Step){node, index};
        if (bitmap ? !(bitmap & bit) : index == trie_node_size(node))
            return NO_TERM;
        child = trie_children(node)[index];
        if (is_cons(child))
            return child;
        node = boxed(child);
        hash_path_down(&way->path);
    }
}

/* Copies of the nodes above the last step's, with `child` for what was there. */
static Term rebuild(Heap *heap, Way *way, Term child, ptrdiff_t size_change)
{
    while (way->count-- > 0)
        child = node_with_child(heap, way->steps[way->count].node, way->steps[way->count].index, child);
    boxed(child)[1] += (Word)size_change;
    return child;
}

Term trie_put(Heap *heap, Term map, Term key, Term value, bool may_add)
{
    Way way;
    Term old = walk(&way, map, key);
    Term leaf;

    if (old != NO_TERM && leaf_has_key(old, key)) {
        if (list_tail(old) == value)
            return map;
        return rebuild(heap, &way, cons(heap, key, value), 0);
    }
    if (!may_add)
        return NO_TERM;
    leaf = cons(heap, key, value);
    if (old == NO_TERM) {
        Step last = way.steps[--way.count];
        uint64_t bitmap = trie_bitmap(last.node);
        uint64_t with_bit = bitmap ? bitmap | hash_path_bit(&way.path) : 0;
        return rebuild(heap, &way, node_with_more(heap, last.node, with_bit, last.index, leaf), 1);
    }
    hash_path_down(&way.path);
    return rebuild(heap, &way, node_of_two(heap, old, way.path, leaf), 1);
}

Term trie_take(Heap *heap, Term map, Term key, Term *value)
{
    Way way;
    Term leaf = walk(&way, map, key);
    const Term *children;
    Step last;
    Term child;

    if (leaf == NO_TERM || !leaf_has_key(leaf, key))
        return NO_TERM;
    if (value)
        *value = list_tail(leaf);
    last = way.steps[--way.count];
    children = trie_children(last.node);
    if (way.count > 0 && trie_node_size(last.node) == 2 && is_cons(children[1 - last.index])) {
        /* A node that is left with a single leaf gives way to the leaf. */
        child = children[1 - last.index];
        while (way.count > 1 && trie_node_size(way.steps[way.count - 1].node) == 1)
            way.count--;
    } else {
        uint64_t bitmap = trie_bitmap(last.node);
        /* The bit of the child that goes: the index-th one that is set. */
        uint64_t rest = bitmap;
        for (size_t i = 0; i < last.index; i++)
            rest &= rest - 1;
        child = node_with_less(heap, last.node, bitmap & ~(rest & -rest), last.index);
    }
    return rebuild(heap, &way, child, -1);
}

/* --- from leaves -------------------------------------------------------------------------- */

/* `order` is the hash with its nibbles reversed, so that sorting puts children in order at all levels. */
typedef struct HashedLeaf {
    uint32_t order;
    Term leaf;
} HashedLeaf;

static uint32_t reverse_nibbles(uint32_t hash)
{
    hash = __builtin_bswap32(hash);
    return (hash & 0x0f0f0f0f) << 4 | (hash >> 4 & 0x0f0f0f0f);
}

#define SMALL_SORT 32

static void insertion_sort(HashedLeaf *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        HashedLeaf item = items[i];
        size_t j = i;
        for (; j > 0 && items[j - 1].order > item.order; j--)
            items[j] = items[j - 1];
        items[j] = item;
    }
}

/* Stable. */
static void sort_by_hash(HashedLeaf *items, size_t count)
{
    HashedLeaf *from = items, *to, *scratch;

    if (count <= SMALL_SORT) {
        insertion_sort(items, count);
        return;
    }
    scratch = to = mem_alloc(MEM_SYSTEM, count * sizeof *scratch);
    for (unsigned shift = 0; shift < 32; shift += 8) {
        size_t starts[256] = {0};
        size_t sum = 0;
        HashedLeaf *swap = from;

        for (size_t i = 0; i < count; i++)
            starts[from[i].order >> shift & 255]++;
        for (size_t i = 0; i < 256; i++) {
            size_t here = starts[i];
            starts[i] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++)
            to[starts[from[i].order >> shift & 255]++] = from[i];
        from = to;
        to = swap;
    }
    assert(from == items);
    mem_free(MEM_SYSTEM, scratch);
}

static void hash_leaves(HashedLeaf *items, size_t count, unsigned level)
{
    for (size_t i = 0; i < count; i++)
        items[i].order = reverse_nibbles(term_map_hash(list_head(items[i].leaf), level / LEVELS_PER_HASH));
    sort_by_hash(items, count);
}

/* Leaves of the same hash: of equal keys only the last one stays, where the first one was. */
static size_t drop_equal_keys(HashedLeaf *items, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        size_t j = 0;
        while (j < kept && !leaf_has_key(items[j].leaf, list_head(items[i].leaf)))
            j++;
        items[j].leaf = items[i].leaf;
        if (j == kept)
            kept++;
    }
    return kept;
}

/* The children of a node at `level` for leaves sorted by hash. The depth is bounded by MAP_MAX_LEVELS. */
static Term build_node(Heap *heap, HashedLeaf *items, size_t count, unsigned level, size_t *unique);

static size_t build_children(Heap *heap, HashedLeaf *items, size_t count, unsigned level, size_t *unique,
                             Term children[MAX_CHILDREN], uint64_t *bitmap)
{
    unsigned shift = 32 - BITS_PER_LEVEL * (level % LEVELS_PER_HASH + 1);
    size_t child_count = 0;

    *bitmap = 0;
    for (size_t start = 0, end; start < count; start = end) {
        unsigned nibble = items[start].order >> shift & (MAX_CHILDREN - 1);

        for (end = start + 1; end < count && (items[end].order >> shift & (MAX_CHILDREN - 1)) == nibble;)
            end++;
        *bitmap |= (uint64_t)1 << nibble;
        children[child_count++] = build_node(heap, items + start, end - start, level + 1, unique);
    }
    return child_count;
}

static Term build_node(Heap *heap, HashedLeaf *items, size_t count, unsigned level, size_t *unique)
{
    Term children[MAX_CHILDREN];
    uint64_t bitmap;
    size_t child_count;

    if (level % LEVELS_PER_HASH == 0)
        count = drop_equal_keys(items, count);
    if (count == 1) {
        ++*unique;
        return items[0].leaf;
    }
    if (level % LEVELS_PER_HASH == 0 && level < MAP_MAX_LEVELS)
        hash_leaves(items, count, level);
    if (level == MAP_MAX_LEVELS) {
        Word *node = heap_alloc(heap, 2 + count);
        node[0] = MAKE_HEADER(BOX_HASH_NODE, 1 + count);
        node[1] = 0;
        for (size_t i = 0; i < count; i++)
            node[2 + i] = term_bits(items[i].leaf);
        *unique += count;
        return make_boxed(node);
    }
    child_count = build_children(heap, items, count, level, unique, children, &bitmap);
    if (child_count == 1 && is_cons(children[0]))
        return children[0];          /* all were of one key, found out further down */
    return make_node(heap, bitmap, children, child_count);
}

Term trie_from_leaves(Heap *heap, Term *leaves, size_t count, size_t *unique)
{
    HashedLeaf *items = mem_alloc(MEM_SYSTEM, MAX(count, 1) * sizeof *items);
    Term children[MAX_CHILDREN];
    uint64_t bitmap;
    size_t child_count;

    *unique = 0;
    for (size_t i = 0; i < count; i++)
        items[i].leaf = leaves[i];
    hash_leaves(items, count, 0);
    child_count = build_children(heap, items, count, 0, unique, children, &bitmap);
    mem_free(MEM_SYSTEM, items);
    return make_root(heap, *unique, bitmap, children, child_count);
}

/* --- merging ------------------------------------------------------------------------------ */

/* What a child of either side is at a level: a node, or a leaf seen as a node with one child. */
typedef struct Side {
    Term term;
    uint64_t bitmap;
    const Term *children;
    size_t count;
} Side;

static Side side_of(const Term *child, unsigned level)
{
    Side side = {.term = *child};

    if (is_cons(*child)) {
        HashPath path = hash_path_at(list_head(*child), level);
        side.bitmap = hash_path_bit(&path);
        side.children = child;
        side.count = 1;
    } else {
        side.bitmap = trie_bitmap(boxed(*child));
        side.children = trie_children(boxed(*child));
        side.count = trie_node_size(boxed(*child));
    }
    return side;
}

/* Below MAP_MAX_LEVELS: leaves without order. */
static Term merge_leaves(Heap *heap, const Term *first, const Term *second, size_t *common)
{
    const Term *a = is_cons(*first) ? first : trie_children(boxed(*first));
    const Term *b = is_cons(*second) ? second : trie_children(boxed(*second));
    size_t a_count = is_cons(*first) ? 1 : trie_node_size(boxed(*first));
    size_t b_count = is_cons(*second) ? 1 : trie_node_size(boxed(*second));
    HashedLeaf *all = mem_alloc(MEM_SYSTEM, (a_count + b_count) * sizeof *all);
    Word *node;
    size_t count;

    for (size_t i = 0; i < a_count + b_count; i++)
        all[i].leaf = i < a_count ? a[i] : b[i - a_count];
    count = drop_equal_keys(all, a_count + b_count);
    *common += a_count + b_count - count;
    node = heap_alloc(heap, 2 + count);
    node[0] = MAKE_HEADER(BOX_HASH_NODE, 1 + count);
    node[1] = 0;
    for (size_t i = 0; i < count; i++)
        node[2 + i] = term_bits(all[i].leaf);
    mem_free(MEM_SYSTEM, all);
    return count == 1 ? (Term)node[2] : make_boxed(node);
}

static size_t subtree_size(Term node)
{
    MapIterator it;
    Term key, value;
    size_t size = 0;

    if (is_cons(node))
        return 1;
    for (map_iterate(&it, node); map_next(&it, &key, &value);)
        size++;
    return size;
}

static Term merge_children(Heap *heap, const Term *first, const Term *second, unsigned level, size_t *common);

/* Fills `children` with the union; `*mix` gets bit 0 if anything came from `a` alone, bit 1 if from `b`. */
static size_t merge_sides(Heap *heap, const Side *a, const Side *b, unsigned level, size_t *common,
                          Term children[MAX_CHILDREN], unsigned *mix)
{
    const Term *from_a = a->children, *from_b = b->children;
    uint64_t bits = a->bitmap | b->bitmap;
    size_t count = 0;

    for (; bits; bits &= bits - 1) {
        uint64_t bit = bits & -bits;
        Term child;

        if (!(b->bitmap & bit)) {
            child = *from_a++;
            *mix |= 1;
        } else if (!(a->bitmap & bit)) {
            child = *from_b++;
            *mix |= 2;
        } else {
            child = merge_children(heap, from_a, from_b, level + 1, common);
            *mix |= (child != *from_b ? 1 : 0) | (child != *from_a ? 2 : 0);
            from_a++;
            from_b++;
        }
        children[count++] = child;
    }
    return count;
}

static Term merge_children(Heap *heap, const Term *first, const Term *second, unsigned level, size_t *common)
{
    Term children[MAX_CHILDREN];
    unsigned mix = 0;
    size_t count;
    Side a, b;

    if (*first == *second) {
        *common += subtree_size(*first);
        return *first;
    }
    if (is_cons(*first) && is_cons(*second) && leaf_has_key(*first, list_head(*second))) {
        ++*common;
        return *second;
    }
    if (level == MAP_MAX_LEVELS)
        return merge_leaves(heap, first, second, common);
    a = side_of(first, level);
    b = side_of(second, level);
    count = merge_sides(heap, &a, &b, level, common, children, &mix);
    if (!(mix & 2))
        return a.term;
    if (!(mix & 1))
        return b.term;
    return make_node(heap, a.bitmap | b.bitmap, children, count);
}

Term trie_merge(Heap *heap, Term first, Term second)
{
    Term children[MAX_CHILDREN];
    unsigned mix = 0;
    size_t common = 0;
    size_t count;
    Side a, b;

    if (first == second)
        return first;
    a = side_of(&first, 0);
    b = side_of(&second, 0);
    count = merge_sides(heap, &a, &b, 0, &common, children, &mix);
    if (!(mix & 2))
        return first;
    if (!(mix & 1))
        return second;
    return make_root(heap, map_size(first) + map_size(second) - common, a.bitmap | b.bitmap, children, count);
}

/* --- merging by parts --------------------------------------------------------------------- */

/* The child of `node` (or of a leaf seen as one) that `digit` of the hash leads to, or null. */
static const Term *branch(const Term *node, unsigned level, unsigned digit)
{
    Side side = side_of(node, level);
    unsigned bit = 1u << digit;

    return side.bitmap & bit ? side.children + child_index(side.bitmap, bit) : NULL;
}

static const Term *part_of(const Term *map, unsigned part)
{
    const Term *child = branch(map, 0, part % MAX_CHILDREN);

    return child ? branch(child, 1, part / MAX_CHILDREN) : NULL;
}

Term map_merge_part(Heap *heap, Term first, Term second, unsigned part, size_t *common)
{
    const Term *a = part_of(&first, part), *b = part_of(&second, part);

    if (a && b)
        return merge_children(heap, a, b, 2, common);
    return a ? *a : b ? *b : NO_TERM;
}

/* The root's child `digit`, or NO_TERM. */
static Term join_child(Heap *heap, const Term parts[MAP_PARTS], unsigned digit)
{
    Term children[MAX_CHILDREN];
    uint64_t bitmap = 0;
    size_t count = 0;

    for (unsigned i = 0; i < MAX_CHILDREN; i++) {
        Term part = parts[i * MAX_CHILDREN + digit];
        if (part == NO_TERM)
            continue;
        bitmap |= 1u << i;
        children[count++] = part;
    }
    if (count == 0)
        return NO_TERM;
    return count == 1 && is_cons(children[0]) ? children[0] : make_node(heap, bitmap, children, count);
}

Term map_join_parts(Heap *heap, const Term parts[MAP_PARTS], size_t size)
{
    Term children[MAX_CHILDREN];
    uint64_t bitmap = 0;
    size_t count = 0;

    for (unsigned digit = 0; digit < MAX_CHILDREN; digit++) {
        Term child = join_child(heap, parts, digit);
        if (child == NO_TERM)
            continue;
        bitmap |= 1u << digit;
        children[count++] = child;
    }
    return make_root(heap, size, bitmap, children, count);
}
