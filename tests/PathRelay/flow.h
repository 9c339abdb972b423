// What each TCP connection has sent, and sent again, as it came to the relay.
#ifndef FLOW_H
#define FLOW_H
#include "frame.h"

#define FLOWS_MAX 16384

enum direction { UP, DOWN, DIRECTIONS }; // UP: from the client to a server

// One direction of a connection.
struct flow_side {
    bool has_started;
    uint32_t first_sequence, next; // of its SYN; behind the highest byte that came
    uint64_t packets, data_packets; // all of them; with bytes that came for the first time
    uint64_t bytes, again, segments, again_segments, cut;
    bool is_bad; // the state of Gilbert's model of losses
    nanoseconds first_data, last_data;
};

struct flow {
    bool is_used;
    uint32_t server, client; // addresses and ports as they stand in a packet
    uint16_t server_port, client_port;
    uint32_t number; // in the order in which connections came, from 1
    struct flow_side side[DIRECTIONS];
};

// What a frame says about its connection.
struct segment {
    struct flow *flow; // NULL: it is no TCP over IPv4, or one connection too many
    int payload, header; // bytes; where the payload begins
    bool is_again; // has bytes that came before
};

struct segment flow_read(enum direction direction, const struct frame *frame, nanoseconds now);
// A line for each connection, in the order in which they came.
void flow_report(void);

#endif
