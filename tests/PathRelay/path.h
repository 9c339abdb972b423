// One direction of a path: what happens to a frame between its arrival and its departure.
#ifndef PATH_H
#define PATH_H
#include "flow.h"

struct path {
    enum direction direction;
    // In ms: what every frame takes; as much again at most, at random; what those of `reorder` % take more.
    double delay, jitter, reorder, reorder_ms;
    double rate; // Mb/s of frames with what a cable has around them; 0: no limit
    double queue; // bytes before the rate; what comes when it is full is lost; 0: no limit
    double loss, burst; // %; how many in a row, in the mean, are lost (Gilbert's model)
    double duplicate, corrupt; // %; one bit of what is behind the IP header
    double mark; // %; congestion: CE for what is ECN-capable, a loss for the rest
    double mtu, icmp, icmp_mtu; // bytes; whether, and with what number (0: `mtu`), a router tells of it
    double cut_from, cut_to; // the first to the last data packet of each connection that is lost once
    double stall_from, stall_to; // s since the start, between which nothing passes
    nanoseconds free_at; // when the last frame before the rate has left
    uint64_t others, in, out, lost, marked, cut, stalled, queue_drops, mtu_drops, pool_drops, bytes;
    double queue_max; // bytes
};

// The same seed makes the same fate for the n-th packet of the n-th connection, whoever serves it.
void path_seed(uint64_t seed);
// Whether there is such a setting, and the value is a number.
bool path_set(struct path *path, const char *name, const char *value);
// Says where the frame goes on and when, or gives it back. `port` is to where it goes, `from` whence it came.
void path_pass(struct path *path, struct frame *frame, int port, int from, nanoseconds now,
    nanoseconds begin);
void path_report(const struct path *path);

#endif
