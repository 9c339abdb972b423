#include "path.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETHERNET_BYTES 14
#define IP_BYTES 20
#define ICMP_QUOTE_BYTES 28 // the IP header and 8 bytes (RFC 792)
#define CABLE_BYTES 24      // preamble, check sequence and gap around a frame
#define TYPE_ARP 0x0806
#define ECN_CE 3 // both bits of the ECN field (RFC 3168); none of them: not ECN-capable

// Each kind of chance has numbers of its own, so that one more kind changes nothing about the others.
enum chance { LOSS, BURST, JITTER, REORDER, DUPLICATE, CORRUPT, CORRUPT_WHERE, MARK };

static uint64_t the_seed = 1;

void path_seed(uint64_t seed)
{
    the_seed = seed;
}

// SplitMix64's finalizer.
static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

// A number from 0 to 1 that seed, connection, direction, packet and kind decide, and nothing else.
static double chance(const struct path *path, const struct segment *segment, enum chance kind)
{
    uint64_t flow = segment->flow ? segment->flow->number : 0;
    uint64_t packet = segment->flow ? segment->flow->side[path->direction].packets : path->others;
    uint64_t which = (uint64_t)kind << 40 ^ (uint64_t)path->direction << 32 ^ packet;
    uint64_t x = mix(mix(mix(the_seed) ^ flow) ^ which);
    return (double)(x >> 11) / 9007199254740992.0;
}

static bool happens(const struct path *path, const struct segment *segment, enum chance kind, double percent)
{
    return percent > 0 && chance(path, segment, kind) * 100 < percent;
}

bool path_set(struct path *path, const char *name, const char *value)
{
    struct { const char *name; double *field; } settings[] = {
        { "delay", &path->delay }, { "jitter", &path->jitter }, { "rate", &path->rate },
        { "queue", &path->queue }, { "loss", &path->loss }, { "burst", &path->burst },
        { "reorder", &path->reorder }, { "reorder_ms", &path->reorder_ms },
        { "duplicate", &path->duplicate }, { "corrupt", &path->corrupt }, { "mark", &path->mark },
        { "mtu", &path->mtu }, { "icmp", &path->icmp }, { "icmp_mtu", &path->icmp_mtu },
        { "cut_from", &path->cut_from }, { "cut_to", &path->cut_to },
        { "stall_from", &path->stall_from }, { "stall_to", &path->stall_to },
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (strcmp(settings[i].name, name) == 0) {
            char *end;
            *settings[i].field = strtod(value, &end);
            return *value != 0 && *end == 0;
        }
    }
    return false;
}

static uint16_t checksum(const uint8_t *bytes, int length)
{
    uint32_t sum = 0;
    for (int i = 0; i < length; i++)
        sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
    while (sum >> 16)
        sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)~sum;
}

static void write16(uint8_t *at, int value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

// "Fragmentation needed" (RFC 1191 §4) to the sender, in the name of the destination.
static void tell_mtu(const struct path *path, const struct frame *about, int from, nanoseconds now)
{
    struct frame *told = frame_take();
    if (told == NULL || about->length < ETHERNET_BYTES + ICMP_QUOTE_BYTES) {
        if (told != NULL)
            frame_give(told);
        return;
    }
    uint8_t *ip = told->bytes + ETHERNET_BYTES, *icmp = ip + IP_BYTES;
    const uint8_t *quoted = about->bytes + ETHERNET_BYTES;
    told->length = ETHERNET_BYTES + IP_BYTES + 8 + ICMP_QUOTE_BYTES;
    memset(told->bytes, 0, (size_t)told->length);
    memcpy(told->bytes, about->bytes + 6, 6);
    memcpy(told->bytes + 6, about->bytes, 6);
    memcpy(told->bytes + 12, about->bytes + 12, 2);
    ip[0] = 0x45;
    write16(ip + 2, told->length - ETHERNET_BYTES);
    ip[8] = 64;
    ip[9] = 1;
    memcpy(ip + 12, quoted + 16, 4);
    memcpy(ip + 16, quoted + 12, 4);
    write16(ip + 10, checksum(ip, IP_BYTES));
    icmp[0] = 3;
    icmp[1] = 4;
    write16(icmp + 6, (int)(path->icmp_mtu > 0 ? path->icmp_mtu : path->mtu));
    memcpy(icmp + 8, quoted, ICMP_QUOTE_BYTES);
    write16(icmp + 2, checksum(icmp, 8 + ICMP_QUOTE_BYTES));
    told->port = from;
    told->due = now + (nanoseconds)(path->delay * 1e6);
    schedule_add(told);
}

static bool is_cut(const struct path *path, const struct segment *segment)
{
    if (path->cut_from <= 0 || segment->flow == NULL || segment->payload <= 0 || segment->is_again)
        return false;
    double number = (double)segment->flow->side[path->direction].data_packets;
    return number >= path->cut_from && number <= path->cut_to;
}

static bool is_lost(const struct path *path, const struct segment *segment)
{
    if (path->burst <= 1 || segment->flow == NULL)
        return happens(path, segment, LOSS, path->loss);
    // A bad run ends with 1 / burst and begins so often that `loss` percent are bad in the long run.
    bool *is_bad = &segment->flow->side[path->direction].is_bad;
    double part = path->loss / 100, end = 1 / path->burst;
    double turn = *is_bad ? end : end * part / (1 - part);
    if (chance(path, segment, BURST) < turn)
        *is_bad = !*is_bad;
    return *is_bad;
}

// Whether congestion takes the frame: one that is ECN-capable only hears of it.
static bool is_congested(struct path *path, const struct segment *segment, struct frame *frame)
{
    uint8_t *ip = frame->bytes + ETHERNET_BYTES;
    if (segment->flow == NULL || !happens(path, segment, MARK, path->mark))
        return false;
    if ((ip[1] & ECN_CE) == 0)
        return true;
    ip[1] |= ECN_CE;
    write16(ip + 10, 0);
    write16(ip + 10, checksum(ip, (ip[0] & 15) * 4));
    path->marked++;
    return false;
}

// When the frame has left the queue before the rate; -1 when that is full.
static nanoseconds leave_queue(struct path *path, const struct frame *frame, nanoseconds now)
{
    if (path->rate <= 0)
        return now;
    nanoseconds begin = path->free_at > now ? path->free_at : now;
    double waiting = (double)(begin - now) * path->rate / 8000;
    if (path->queue > 0 && waiting + frame->length > path->queue)
        return -1;
    if (waiting + frame->length > path->queue_max)
        path->queue_max = waiting + frame->length;
    path->free_at = begin + (nanoseconds)((frame->length + CABLE_BYTES) * 8000 / path->rate);
    return path->free_at;
}

static void depart(struct path *path, const struct segment *segment, struct frame *frame, nanoseconds due)
{
    if (happens(path, segment, CORRUPT, path->corrupt) && frame->length > ETHERNET_BYTES + IP_BYTES) {
        int bits = (frame->length - ETHERNET_BYTES - IP_BYTES) * 8;
        int bit = (int)(chance(path, segment, CORRUPT_WHERE) * bits);
        frame->bytes[ETHERNET_BYTES + IP_BYTES + bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    frame->due = due;
    path->out++;
    path->bytes += (uint64_t)frame->length;
    struct frame *copy = happens(path, segment, DUPLICATE, path->duplicate) ? frame_take() : NULL;
    schedule_add(frame);
    if (copy != NULL) {
        memcpy(copy, frame, offsetof(struct frame, bytes) + (size_t)frame->length);
        schedule_add(copy);
    }
}

// The counter of what takes the frame; NULL when it goes on, at the time that is set.
static uint64_t *obstacle(struct path *path, struct segment *segment, struct frame *frame, int from,
    nanoseconds now, nanoseconds begin)
{
    double seconds = (double)(now - begin) / 1e9;
    if (seconds >= path->stall_from && seconds < path->stall_to)
        return &path->stalled;
    if (is_cut(path, segment)) {
        segment->flow->side[path->direction].cut++;
        return &path->cut;
    }
    if (path->mtu > 0 && frame->length - ETHERNET_BYTES > path->mtu) {
        if (path->icmp > 0)
            tell_mtu(path, frame, from, now);
        return &path->mtu_drops;
    }
    if (is_lost(path, segment) || is_congested(path, segment, frame))
        return &path->lost;
    frame->due = leave_queue(path, frame, now);
    return frame->due < 0 ? &path->queue_drops : NULL;
}

void path_pass(struct path *path, struct frame *frame, int port, int from, nanoseconds now,
    nanoseconds begin)
{
    struct segment segment = flow_read(path->direction, frame, now);
    nanoseconds delay = (nanoseconds)(path->delay * 1e6);
    frame->port = port;
    path->in++;
    path->others += segment.flow == NULL;
    // Neighbours find each other in any weather.
    if (frame->bytes[12] == TYPE_ARP >> 8 && frame->bytes[13] == (TYPE_ARP & 0xFF)) {
        frame->due = now + delay;
        schedule_add(frame);
        return;
    }
    uint64_t *taken = obstacle(path, &segment, frame, from, now, begin);
    if (taken != NULL) {
        ++*taken;
        frame_give(frame);
        return;
    }
    if (path->jitter > 0)
        delay += (nanoseconds)(chance(path, &segment, JITTER) * path->jitter * 1e6);
    if (happens(path, &segment, REORDER, path->reorder))
        delay += (nanoseconds)(path->reorder_ms * 1e6);
    depart(path, &segment, frame, frame->due + delay);
}

void path_report(const struct path *path)
{
    printf("path direction=%s in=%" PRIu64 " out=%" PRIu64 " bytes=%" PRIu64 " lost=%" PRIu64 " cut=%" PRIu64,
        path->direction == UP ? "up" : "down", path->in, path->out, path->bytes, path->lost, path->cut);
    printf(" stalled=%" PRIu64 " mtu_drops=%" PRIu64 " pool_drops=%" PRIu64 " queue_drops=%" PRIu64,
        path->stalled, path->mtu_drops, path->pool_drops, path->queue_drops);
    printf(" queue_max=%.0f marked=%" PRIu64 "\n", path->queue_max, path->marked);
}
