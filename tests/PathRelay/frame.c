#include "frame.h"

static struct frame pool[FRAMES_MAX];
static struct frame *given[FRAMES_MAX]; // free again; those from `untouched` on have never been used
static size_t given_count, untouched;

static struct frame *heap[FRAMES_MAX];
static size_t heap_count;
static uint64_t orders;

struct frame *frame_take(void)
{
    if (given_count > 0)
        return given[--given_count];
    return untouched < FRAMES_MAX ? &pool[untouched++] : NULL;
}

void frame_give(struct frame *frame)
{
    given[given_count++] = frame;
}

static bool is_before(const struct frame *a, const struct frame *b)
{
    return a->due < b->due || (a->due == b->due && a->order < b->order);
}

void schedule_add(struct frame *frame)
{
    size_t at = heap_count++;
    frame->order = orders++;
    for (; at > 0 && is_before(frame, heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = frame;
}

struct frame *schedule_first(void)
{
    return heap_count > 0 ? heap[0] : NULL;
}

void schedule_remove_first(void)
{
    struct frame *last = heap[--heap_count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < heap_count; at = child) {
        if (child + 1 < heap_count && is_before(heap[child + 1], heap[child]))
            child++;
        if (!is_before(heap[child], last))
            break;
        heap[at] = heap[child];
    }
    heap[at] = last;
}
