#include "flow.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TABLE_SIZE (2 * FLOWS_MAX)
#define ETHERNET_BYTES 14
#define TCP_BYTES_MIN 20
#define PROTOCOL_TCP 6
#define FLAG_SYN 2

static struct flow table[TABLE_SIZE];
static struct flow *in_order[FLOWS_MAX];
static uint32_t flow_count;
static uint64_t untold;

static uint16_t read16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t read32(const uint8_t *at)
{
    return (uint32_t)read16(at) << 16 | read16(at + 2);
}

static struct flow *find(uint32_t server, uint16_t server_port, uint32_t client, uint16_t client_port)
{
    uint64_t key = ((uint64_t)server << 32 | client) ^ ((uint64_t)server_port << 16 | client_port) << 8;
    size_t at = (size_t)((key * 0x9E3779B97F4A7C15u) >> 40) % TABLE_SIZE;
    for (; table[at].is_used; at = (at + 1) % TABLE_SIZE) {
        struct flow *flow = &table[at];
        if (flow->server == server && flow->client == client && flow->server_port == server_port
            && flow->client_port == client_port)
            return flow;
    }
    if (flow_count == FLOWS_MAX) {
        untold++;
        return NULL;
    }
    struct flow *fresh = &table[at];
    *fresh = (struct flow){ .is_used = true, .server = server, .server_port = server_port,
        .client = client, .client_port = client_port };
    in_order[flow_count++] = fresh;
    fresh->number = flow_count;
    return fresh;
}

static void start(struct flow_side *side, uint32_t sequence)
{
    // The same SYN again changes nothing; another is a new connection of the same ports.
    if (side->has_started && side->first_sequence == sequence)
        return;
    side->has_started = true;
    side->first_sequence = sequence;
    side->next = sequence + 1;
}

// How many of the bytes came before, of a segment whose bytes are counted with that.
static int count(struct flow_side *side, uint32_t sequence, int payload, nanoseconds now)
{
    uint32_t end = sequence + (uint32_t)payload;
    int32_t fresh = (int32_t)(end - side->next);
    int again = fresh >= payload ? 0 : fresh <= 0 ? payload : payload - fresh;
    if (fresh > 0) {
        side->next = end;
        side->data_packets++;
    }
    side->segments++;
    side->bytes += (uint64_t)payload;
    side->again += (uint64_t)again;
    side->again_segments += again > 0;
    if (side->first_data == 0)
        side->first_data = now;
    side->last_data = now;
    return again;
}

struct segment flow_read(enum direction direction, const struct frame *frame, nanoseconds now)
{
    struct segment found = { 0 };
    const uint8_t *ip = frame->bytes + ETHERNET_BYTES;
    int header = (ip[0] & 15) * 4;
    if (frame->length < ETHERNET_BYTES + 20 + TCP_BYTES_MIN || read16(frame->bytes + 12) != 0x0800
        || ip[9] != PROTOCOL_TCP || frame->length < ETHERNET_BYTES + header + TCP_BYTES_MIN)
        return found;
    const uint8_t *tcp = ip + header;
    uint32_t source, destination;
    memcpy(&source, ip + 12, sizeof source);
    memcpy(&destination, ip + 16, sizeof destination);
    struct flow *flow = direction == DOWN
        ? find(source, read16(tcp), destination, read16(tcp + 2))
        : find(destination, read16(tcp + 2), source, read16(tcp));
    if (flow == NULL)
        return found;
    struct flow_side *side = &flow->side[direction];
    uint32_t sequence = read32(tcp + 4);
    int offset = (tcp[12] >> 4) * 4;
    side->packets++;
    found.flow = flow;
    found.header = ETHERNET_BYTES + header + offset;
    found.payload = read16(ip + 2) - header - offset;
    if (tcp[13] & FLAG_SYN)
        start(side, sequence);
    // What is left of a connection from before the relay began is not counted.
    else if (found.payload > 0 && side->has_started)
        found.is_again = count(side, sequence, found.payload, now) > 0;
    return found;
}

void flow_report(void)
{
    static const char *names[DIRECTIONS] = { "up", "down" };
    for (uint32_t i = 0; i < flow_count; i++) {
        const struct flow *flow = in_order[i];
        char server[INET_ADDRSTRLEN], client[INET_ADDRSTRLEN];
        inet_ntop(AF_INET, &flow->server, server, sizeof server);
        inet_ntop(AF_INET, &flow->client, client, sizeof client);
        for (int d = 0; d < DIRECTIONS; d++) {
            const struct flow_side *side = &flow->side[d];
            printf("flow direction=%s server=%s:%u client=%s:%u bytes=%" PRIu64 " again=%" PRIu64
                " segments=%" PRIu64 " again_segments=%" PRIu64 " cut=%" PRIu64 " packets=%" PRIu64
                " first=%.6f last=%.6f\n",
                names[d], server, flow->server_port, client, flow->client_port, side->bytes, side->again,
                side->segments, side->again_segments, side->cut, side->packets,
                (double)side->first_data / 1e9, (double)side->last_data / 1e9);
        }
    }
    printf("flows count=%u untold=%" PRIu64 "\n", flow_count, untold);
}
