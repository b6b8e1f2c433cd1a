#include "vm/ets/tree_store.h"

#include "vm/term/compare.h"

enum { SMALLER = 0, GREATER = 1 };

static inline int compare_keys(Term a, Term b)
{
    if (are_small(a, b)) {
        int64_t x = small_value(a), y = small_value(b);
        return (x > y) - (x < y);
    }
    return a == b ? 0 : term_compare(a, b);
}

static inline int compare_with(Term key, const EtsObject *object, size_t key_position)
{
    return compare_keys(key, object_element(object, key_position));
}

/* Small integers are in order as their bits are. */
static EtsObject *find_small(EtsObject *node, Term key, size_t key_position)
{
    int64_t wanted = (int64_t)term_bits(key);

    while (node) {
        Term own = object_element(node, key_position);
        EtsObject *smaller = node->link[SMALLER], *greater = node->link[GREATER];   /* both: a choice, no branch */
        int64_t bits = (int64_t)term_bits(own);

        if (UNLIKELY(!is_small(own))) {
            int order = compare_keys(key, own);
            if (order == 0)
                return node;
            node = order > 0 ? greater : smaller;
        } else if (bits == wanted) {
            return node;
        } else {
            node = wanted > bits ? greater : smaller;
        }
    }
    return NULL;
}

EtsObject *tree_store_find(const TreeStore *store, Term key, size_t key_position)
{
    EtsObject *node = store->root;

    if (is_small(key))
        return find_small(node, key, key_position);
    while (node) {
        int order = compare_with(key, node, key_position);
        if (order == 0)
            return node;
        node = node->link[order > 0];
    }
    return NULL;
}

/* --- balance: `hash` of an object is the height of its sub-tree ---------------------------- */

static inline uint32_t height(const EtsObject *node) { return node ? node->hash : 0; }

static inline void set_height(EtsObject *node)
{
    node->hash = 1 + MAX(height(node->link[0]), height(node->link[1]));
}

/* The child on `side` becomes the root of this sub-tree. */
static EtsObject *rotate_up(EtsObject *node, int side)
{
    EtsObject *child = node->link[side];

    node->link[side] = child->link[!side];
    child->link[!side] = node;
    set_height(node);
    set_height(child);
    return child;
}

static EtsObject *balance(EtsObject *node)
{
    for (int side = 0; side < 2; side++) {
        EtsObject *child = node->link[side];

        if (height(child) <= height(node->link[!side]) + 1)
            continue;
        if (height(child->link[!side]) > height(child->link[side]))
            node->link[side] = rotate_up(child, !side);
        return rotate_up(node, side);
    }
    set_height(node);
    return node;
}

/* Balances upwards along the links in `path` until a sub-tree keeps its height. */
static void balance_path(EtsObject ***path, size_t depth)
{
    while (depth > 0) {
        EtsObject **link = path[--depth];
        uint32_t before;

        if (!*link)
            continue;
        before = (*link)->hash;
        *link = balance(*link);
        if ((*link)->hash == before)
            return;
    }
}

/* Where the last step from key to key ended: the next one mostly goes on from there. */
static struct {
    const TreeStore *store;     /* null: nothing is remembered */
    EtsObject *at;
    TreeWalk walk;              /* what comes behind `at` */
} last_step;

void tree_store_changed(const TreeStore *store)
{
    if (last_step.store == store)
        last_step.store = NULL;
}

EtsObject *tree_store_insert(TreeStore *store, EtsObject *object, size_t key_position)
{
    EtsObject **path[TREE_MAX_HEIGHT];
    EtsObject **link = &store->root;
    Term key = object_element(object, key_position);
    size_t depth = 0;

    tree_store_changed(store);
    while (*link) {
        EtsObject *node = *link;
        int order = compare_with(key, node, key_position);

        if (order == 0) {
            object->link[SMALLER] = node->link[SMALLER];
            object->link[GREATER] = node->link[GREATER];
            object->hash = node->hash;
            *link = object;
            return node;
        }
        path[depth++] = link;
        link = &node->link[order > 0];
    }
    object->link[SMALLER] = object->link[GREATER] = NULL;
    object->hash = 1;
    *link = object;
    balance_path(path, depth);
    return NULL;
}

/* Takes *link out; `path` (of `depth`) leads to it and is balanced. */
static EtsObject *unlink_node(EtsObject **link, EtsObject ***path, size_t depth)
{
    EtsObject *node = *link;
    EtsObject **heir_link = &node->link[SMALLER];
    EtsObject *heir;
    size_t own = depth;

    if (!node->link[SMALLER] || !node->link[GREATER]) {
        *link = node->link[node->link[SMALLER] ? SMALLER : GREATER];
        balance_path(path, depth);
        return node;
    }
    path[depth++] = link;
    while ((*heir_link)->link[GREATER]) {
        path[depth++] = heir_link;
        heir_link = &(*heir_link)->link[GREATER];
    }
    heir = *heir_link;
    *heir_link = heir->link[SMALLER];
    heir->link[SMALLER] = node->link[SMALLER];
    heir->link[GREATER] = node->link[GREATER];
    heir->hash = node->hash;
    *link = heir;
    if (own + 1 < depth)
        path[own + 1] = &heir->link[SMALLER];    /* was inside `node` */
    balance_path(path, depth);
    return node;
}

EtsObject *tree_store_remove(TreeStore *store, Term key, size_t key_position)
{
    EtsObject **path[TREE_MAX_HEIGHT];
    EtsObject **link = &store->root;
    size_t depth = 0;

    tree_store_changed(store);
    while (*link) {
        int order = compare_with(key, *link, key_position);
        if (order == 0)
            return unlink_node(link, path, depth);
        path[depth++] = link;
        link = &(*link)->link[order > 0];
    }
    return NULL;
}

/* --- neighbours ---------------------------------------------------------------------------- */

static EtsObject *outermost(const TreeStore *store, int side)
{
    EtsObject *node = store->root;

    while (node && node->link[side])
        node = node->link[side];
    return node;
}

EtsObject *tree_store_first(const TreeStore *store)
{
    return outermost(store, SMALLER);
}

EtsObject *tree_store_last(const TreeStore *store)
{
    return outermost(store, GREATER);
}

/* --- walks: `path` holds nodes that are to come, each with its sub-tree on the forward side ---- */

static void descend(TreeWalk *walk, EtsObject *node)
{
    for (; node; node = node->link[!walk->forward])
        walk->path[walk->depth++] = node;
}

void tree_walk_from_end(TreeWalk *walk, const TreeStore *store, bool ascending)
{
    walk->depth = 0;
    walk->forward = ascending ? GREATER : SMALLER;
    descend(walk, store->root);
}

void tree_walk_from(TreeWalk *walk, const TreeStore *store, bool ascending, TreeBound *bound, const void *context, size_t key_position)
{
    EtsObject *node = store->root;

    walk->depth = 0;
    walk->forward = ascending ? GREATER : SMALLER;
    while (node) {
        if (bound(object_element(node, key_position), context)) {
            walk->path[walk->depth++] = node;
            node = node->link[!walk->forward];
        } else {
            node = node->link[walk->forward];
        }
    }
}

static bool is_greater(Term key, const void *limit)
{
    return compare_keys(key, *(const Term *)limit) > 0;
}

static bool is_smaller(Term key, const void *limit)
{
    return compare_keys(key, *(const Term *)limit) < 0;
}

void tree_walk_beyond(TreeWalk *walk, const TreeStore *store, bool ascending, Term key, size_t key_position)
{
    tree_walk_from(walk, store, ascending, ascending ? is_greater : is_smaller, &key, key_position);
}

EtsObject *tree_walk_next(TreeWalk *walk)
{
    EtsObject *node;

    if (walk->depth == 0)
        return NULL;
    node = walk->path[--walk->depth];
    descend(walk, node->link[walk->forward]);
    return node;
}

/* The object next to `key` in one direction. */
static EtsObject *step(const TreeStore *store, Term key, bool ascending, size_t key_position)
{
    bool goes_on = last_step.store == store && last_step.walk.forward == (ascending ? GREATER : SMALLER)
        && compare_with(key, last_step.at, key_position) == 0;

    if (!goes_on)
        tree_walk_beyond(&last_step.walk, store, ascending, key, key_position);
    last_step.at = tree_walk_next(&last_step.walk);
    last_step.store = last_step.at ? store : NULL;
    return last_step.at;
}

EtsObject *tree_store_next(const TreeStore *store, Term key, size_t key_position)
{
    return step(store, key, true, key_position);
}

EtsObject *tree_store_previous(const TreeStore *store, Term key, size_t key_position)
{
    return step(store, key, false, key_position);
}

EtsObject *tree_store_at(const TreeStore *store, size_t index)
{
    TreeWalk walk;
    EtsObject *node;

    tree_walk_from_end(&walk, store, true);
    do
        node = tree_walk_next(&walk);
    while (node && index-- > 0);
    return node;
}
