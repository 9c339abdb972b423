// Frames on their way through the relay, in a pool that is made at start and ordered by when they are due.
#ifndef FRAME_H
#define FRAME_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_BYTES_MAX 2048
#define FRAMES_MAX 65536

typedef int64_t nanoseconds;

struct frame {
    nanoseconds due;
    uint64_t order; // among frames that are due at the same time, as they came
    int port;       // to which it goes
    int length;
    uint8_t bytes[FRAME_BYTES_MAX];
};

// A free frame, or NULL when all are on their way.
struct frame *frame_take(void);
void frame_give(struct frame *frame);

void schedule_add(struct frame *frame);
// The frame that is due first, or NULL.
struct frame *schedule_first(void);
void schedule_remove_first(void);

#endif
