#include "vm/proc/timer_wheel.h"

/* Eight levels of 64 slots: a slot of level n spans 64^n ticks. A node sits on the level of the highest
 * group of six bits in which its tick differs from the current one, so each node moves
 * down at most seven times before it expires. */
#define LEVEL_BITS 6
#define SLOTS (1 << LEVEL_BITS)
#define LEVELS 8
#define NS_PER_TICK 1000000
#define MAX_TICK ((UINT64_C(1) << (LEVEL_BITS * LEVELS)) - 1)

typedef struct Slot {
    TimerNode *first;
    TimerNode **last;              /* valid while first is not null */
} Slot;

static struct {
    uint64_t tick;                 /* all before it has expired */
    size_t count;
    uint64_t occupied[LEVELS];     /* bit per slot */
    Slot slots[LEVELS][SLOTS];
} wheel;

static uint64_t tick_of(int64_t deadline_ns)
{
    uint64_t tick = deadline_ns <= 0 ? 0 : ((uint64_t)deadline_ns + NS_PER_TICK - 1) / NS_PER_TICK;

    return MIN(MAX(tick, wheel.tick), MAX_TICK);
}

static unsigned level_of(uint64_t tick)
{
    uint64_t differing = tick ^ wheel.tick;

    return differing ? (63 - (unsigned)__builtin_clzll(differing)) / LEVEL_BITS : 0;
}

static void insert(TimerNode *node)
{
    uint64_t tick = tick_of(node->deadline_ns);
    unsigned level = level_of(tick);
    unsigned at = (unsigned)(tick >> (level * LEVEL_BITS)) & (SLOTS - 1);
    Slot *slot = &wheel.slots[level][at];

    if (!slot->first)
        slot->last = &slot->first;
    node->next = NULL;
    node->link = slot->last;
    *slot->last = node;
    slot->last = &node->next;
    wheel.occupied[level] |= UINT64_C(1) << at;
}

void timer_wheel_set(TimerNode *node, int64_t deadline_ns, void (*expired)(TimerNode *node))
{
    assert(!timer_is_set(node));
    node->deadline_ns = deadline_ns;
    node->expired = expired;
    insert(node);
    wheel.count++;
}

/* The slot that holds the node, known by its place in memory. Null for a node that is in
 * the list of those just expiring. */
static Slot *slot_that_ends_with(TimerNode *node)
{
    uint64_t tick = tick_of(node->deadline_ns);
    unsigned level = level_of(tick);
    Slot *slot = &wheel.slots[level][(tick >> (level * LEVEL_BITS)) & (SLOTS - 1)];

    return slot->first && slot->last == &node->next ? slot : NULL;
}

static void unlink_node(TimerNode *node)
{
    Slot *slot = node->next ? NULL : slot_that_ends_with(node);

    *node->link = node->next;
    if (node->next)
        node->next->link = node->link;
    if (slot) {
        slot->last = node->link;
        if (!slot->first) {
            size_t index = (size_t)(slot - &wheel.slots[0][0]);
            wheel.occupied[index / SLOTS] &= ~(UINT64_C(1) << (index % SLOTS));
        }
    }
    node->link = NULL;
}

void timer_wheel_cancel(TimerNode *node)
{
    if (!timer_is_set(node))
        return;
    unlink_node(node);
    wheel.count--;
}

/* Takes the list out of a slot; `head` becomes what its first node is linked from. */
static void take_slot(unsigned level, unsigned at, TimerNode **head)
{
    Slot *slot = &wheel.slots[level][at];

    *head = slot->first;
    if (*head)
        (*head)->link = head;
    slot->first = NULL;
    wheel.occupied[level] &= ~(UINT64_C(1) << at);
}

/* The first tick at which a slot of `level` begins, among those occupied; UINT64_MAX if none is. */
static uint64_t next_slot_tick(unsigned level, unsigned *at)
{
    uint64_t occupied = wheel.occupied[level];
    unsigned shift = level * LEVEL_BITS;

    if (!occupied)
        return UINT64_MAX;
    /* Nothing on a level lies before the current slot: it would have expired or moved down. */
    *at = (unsigned)__builtin_ctzll(occupied);
    return (wheel.tick >> shift >> LEVEL_BITS << LEVEL_BITS << shift) + ((uint64_t)*at << shift);
}

/* The occupied slot that begins first. Lower levels hold earlier ticks than higher ones. */
static uint64_t first_slot(unsigned *level, unsigned *at)
{
    for (*level = 0; *level < LEVELS; (*level)++) {
        uint64_t tick = next_slot_tick(*level, at);

        if (tick != UINT64_MAX)
            return MAX(tick, wheel.tick);
    }
    return UINT64_MAX;
}

static void expire_all(TimerNode **head)
{
    while (*head) {
        TimerNode *node = *head;

        *head = node->next;
        if (node->next)
            node->next->link = head;
        node->link = NULL;
        wheel.count--;
        node->expired(node);
    }
}

static void move_down(TimerNode *node)
{
    while (node) {
        TimerNode *next = node->next;

        insert(node);
        node = next;
    }
}

void timer_wheel_run(int64_t now_ns)
{
    uint64_t now = now_ns <= 0 ? 0 : (uint64_t)now_ns / NS_PER_TICK;
    unsigned level, at;
    TimerNode *list;

    for (;;) {
        uint64_t tick = wheel.count > 0 ? first_slot(&level, &at) : UINT64_MAX;

        if (tick > now)
            break;
        take_slot(level, at, &list);
        if (level > 0) {
            wheel.tick = tick;
            move_down(list);
            continue;
        }
        wheel.tick = tick;
        expire_all(&list);
        if (wheel.tick == now)
            break;
    }
    /* The tick of now may still get new nodes; a node set for it expires at the next run. */
    if (now > wheel.tick)
        wheel.tick = now;
}

int64_t timer_wheel_next_ns(void)
{
    unsigned level, at;
    uint64_t tick = wheel.count > 0 ? first_slot(&level, &at) : UINT64_MAX;

    return tick == UINT64_MAX ? INT64_MAX : (int64_t)(tick * NS_PER_TICK);
}

size_t timer_wheel_count(void)
{
    return wheel.count;
}
