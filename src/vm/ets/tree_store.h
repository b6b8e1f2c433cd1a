/* tree_store.h - objects of an ordered_set: an AVL tree by key; 1 and 1.0 are the same key. */
#ifndef LING_ETS_TREE_STORE_H
#define LING_ETS_TREE_STORE_H

#include "vm/ets/object.h"

typedef struct TreeStore {
    EtsObject *root;
} TreeStore;

#define TREE_MAX_HEIGHT 92

EtsObject *tree_store_find(const TreeStore *store, Term key, size_t key_position);
/* Puts `object` in; returns the one it replaced (to be freed), or null. */
EtsObject *tree_store_insert(TreeStore *store, EtsObject *object, size_t key_position);
/* Takes the object with `key` out and returns it, or null. */
EtsObject *tree_store_remove(TreeStore *store, Term key, size_t key_position);
/* To be called when the tree changes in any other way: steps from key to key are remembered. */
void tree_store_changed(const TreeStore *store);
EtsObject *tree_store_first(const TreeStore *store);
EtsObject *tree_store_last(const TreeStore *store);
/* Nearest object with a greater (smaller) key. `key` need not be there. */
EtsObject *tree_store_next(const TreeStore *store, Term key, size_t key_position);
EtsObject *tree_store_previous(const TreeStore *store, Term key, size_t key_position);
/* The object at place `index` (0-based) in key order, or null. */
EtsObject *tree_store_at(const TreeStore *store, size_t index);

/* A walk in key order; valid while the tree does not change. */
typedef struct TreeWalk {
    EtsObject *path[TREE_MAX_HEIGHT];
    size_t depth;
    int forward;               /* link to follow: 1 ascending, 0 descending */
} TreeWalk;
/* Is `key` part of the walk? Monotonic: in the walk's direction false comes before true. */
typedef bool TreeBound(Term key, const void *context);
void tree_walk_from_end(TreeWalk *walk, const TreeStore *store, bool ascending);
void tree_walk_from(TreeWalk *walk, const TreeStore *store, bool ascending, TreeBound *bound, const void *context, size_t key_position);
void tree_walk_beyond(TreeWalk *walk, const TreeStore *store, bool ascending, Term key, size_t key_position);
EtsObject *tree_walk_next(TreeWalk *walk);      /* null at the end */

#endif
