// A bad network between interfaces of one network namespace: relay SETTING... CLIENT-SIDE SERVER-SIDE...
// README.md tells the settings, and what it writes.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "path.h"

#define PORTS_MAX 8
#define MACS_MAX 16
#define BATCH 64
#define SOCKET_BYTES (64 << 20)
#define LATE_BUCKETS 1000 // of 10 µs
#define LATE_BUCKET_NANOSECONDS 10000
#define NANOSECONDS_PER_SECOND 1000000000

struct port {
    const char *name;
    int socket, mac_count;
    uint8_t macs[MACS_MAX][6]; // of who is behind it
    uint64_t dropped, giants, unsent;
};

static struct port ports[PORTS_MAX];
static int port_count;
static struct path paths[DIRECTIONS] = { { .direction = UP }, { .direction = DOWN } };
static nanoseconds begin;
static bool ends_with_input;
static volatile sig_atomic_t has_ended;

static uint64_t late[LATE_BUCKETS + 1], sent;
static nanoseconds late_max;

static FILE *capture;
static double capture_left = 1e9;

static nanoseconds now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * (nanoseconds)NANOSECONDS_PER_SECOND + time.tv_nsec;
}

static void fail(const char *what)
{
    fprintf(stderr, "relay: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void end(int signal)
{
    (void)signal;
    has_ended = 1;
}

static void open_port(const char *name)
{
    struct port *port = &ports[port_count++];
    struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
    struct packet_mreq promiscuous = { .mr_type = PACKET_MR_PROMISC };
    int one = 1, bytes = SOCKET_BYTES;
    port->name = name;
    address.sll_ifindex = promiscuous.mr_ifindex = (int)if_nametoindex(name);
    // Of no protocol until it is bound, or frames of other interfaces would come in.
    port->socket = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
    if (address.sll_ifindex == 0 || port->socket < 0
        || setsockopt(port->socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) != 0
        || setsockopt(port->socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuous, sizeof promiscuous) != 0
        || bind(port->socket, (struct sockaddr *)&address, sizeof address) != 0)
        fail(name);
    // Where these are refused, as in a user namespace, the relay works with less room.
    setsockopt(port->socket, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one);
    setsockopt(port->socket, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes);
    setsockopt(port->socket, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes);
}

static void open_capture(const char *name)
{
    // pcap with nanoseconds, version 2.4, Ethernet.
    uint32_t header[] = { 0xA1B23C4D, 4 << 16 | 2, 0, 0, 65535, 1 };
    capture = fopen(name, "wb");
    if (capture == NULL || fwrite(header, sizeof header, 1, capture) != 1)
        fail(name);
}

static void write_capture(const struct frame *frame)
{
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    uint32_t length = (uint32_t)frame->length;
    uint32_t header[] = { (uint32_t)time.tv_sec, (uint32_t)time.tv_nsec, length, length };
    if ((capture_left -= length) < 0)
        return;
    fwrite(header, sizeof header, 1, capture);
    fwrite(frame->bytes, length, 1, capture);
}

static bool set(const char *argument)
{
    char name[32];
    const char *value = strchr(argument, '='), *at = argument;
    int from = UP, to = DOWN;
    if (strncmp(at, "up.", 3) == 0)
        to = UP, at += 3;
    else if (strncmp(at, "down.", 5) == 0)
        from = DOWN, at += 5;
    if (value - at >= (int)sizeof name)
        return false;
    memcpy(name, at, (size_t)(value - at));
    name[value - at] = 0;
    value++;
    if (strcmp(name, "seed") == 0)
        path_seed(strtoull(value, NULL, 10));
    else if (strcmp(name, "capture") == 0)
        open_capture(value);
    else if (strcmp(name, "capture_bytes") == 0)
        capture_left = strtod(value, NULL);
    else if (strcmp(name, "end") == 0)
        ends_with_input = strcmp(value, "input") == 0;
    else
        for (int d = from; d <= to; d++)
            if (!path_set(&paths[d], name, value))
                return false;
    return true;
}

static int find_port(const uint8_t *mac)
{
    for (int p = 0; p < port_count; p++)
        for (int m = 0; m < ports[p].mac_count; m++)
            if (memcmp(ports[p].macs[m], mac, 6) == 0)
                return p;
    return -1;
}

// The frame goes to where its destination is known to be, or to all of the other side. What is on the same
// side is reached without this path.
static void forward(int from, struct frame *frame, nanoseconds time)
{
    const uint8_t *destination = frame->bytes, *source = frame->bytes + 6;
    struct path *path = &paths[from == 0 ? UP : DOWN];
    if (capture != NULL)
        write_capture(frame);
    if ((source[0] & 1) == 0 && find_port(source) < 0 && ports[from].mac_count < MACS_MAX)
        memcpy(ports[from].macs[ports[from].mac_count++], source, 6);
    int known = (destination[0] & 1) ? -1 : find_port(destination);
    int first = from == 0 ? 1 : 0, last = from == 0 ? port_count - 1 : 0;
    if (known >= first && known <= last)
        first = last = known;
    else if (known >= 0) {
        frame_give(frame);
        return;
    }
    for (int to = first + 1; to <= last; to++) {
        struct frame *copy = frame_take();
        if (copy == NULL)
            break;
        memcpy(copy, frame, offsetof(struct frame, bytes) + (size_t)frame->length);
        path_pass(path, copy, to, from, time, begin);
    }
    path_pass(path, frame, first, from, time, begin);
}

static void receive(int from)
{
    for (int i = 0; i < BATCH; i++) {
        struct frame *frame = frame_take();
        if (frame == NULL) {
            uint8_t lost[1];
            if (recv(ports[from].socket, lost, sizeof lost, MSG_TRUNC) < 0)
                return;
            paths[from == 0 ? UP : DOWN].pool_drops++;
            continue;
        }
        ssize_t length = recv(ports[from].socket, frame->bytes, FRAME_BYTES_MAX, MSG_TRUNC);
        if (length < 14 || length > FRAME_BYTES_MAX) {
            ports[from].giants += length > FRAME_BYTES_MAX;
            frame_give(frame);
            if (length < 0)
                return;
            continue;
        }
        frame->length = (int)length;
        forward(from, frame, now());
    }
}

static void send_due(void)
{
    for (struct frame *frame; (frame = schedule_first()) != NULL;) {
        nanoseconds by = now() - frame->due;
        if (by < 0)
            return;
        schedule_remove_first();
        nanoseconds bucket = by / LATE_BUCKET_NANOSECONDS;
        late[bucket < LATE_BUCKETS ? bucket : LATE_BUCKETS]++;
        sent++;
        if (by > late_max)
            late_max = by;
        if (send(ports[frame->port].socket, frame->bytes, (size_t)frame->length, 0) < 0)
            ports[frame->port].unsent++;
        frame_give(frame);
    }
}

static void run(void)
{
    struct pollfd polled[PORTS_MAX + 1];
    for (int p = 0; p < port_count; p++)
        polled[p] = (struct pollfd){ .fd = ports[p].socket, .events = POLLIN };
    polled[port_count] = (struct pollfd){ .fd = ends_with_input ? STDIN_FILENO : -1, .events = POLLIN };
    while (!has_ended) {
        send_due();
        struct frame *first = schedule_first();
        nanoseconds wait = first == NULL ? NANOSECONDS_PER_SECOND : first->due - now();
        wait = wait < 0 ? 0 : wait;
        struct timespec time = { wait / NANOSECONDS_PER_SECOND, wait % NANOSECONDS_PER_SECOND };
        if (ppoll(polled, (nfds_t)port_count + 1, &time, NULL) <= 0)
            continue;
        for (int p = 0; p < port_count; p++)
            if (polled[p].revents & POLLIN)
                receive(p);
        if (polled[port_count].revents != 0)
            has_ended = 1;
    }
}

static double late_microseconds(double part)
{
    uint64_t seen = 0;
    int bucket = 0;
    for (; bucket < LATE_BUCKETS && (double)(seen += late[bucket]) < part * (double)sent; bucket++)
        continue;
    return (bucket + 1) * LATE_BUCKET_NANOSECONDS / 1e3;
}

static void report(void)
{
    uint64_t dropped = 0, giants = 0, unsent = 0;
    for (int p = 0; p < port_count; p++) {
        struct tpacket_stats stats = { 0 };
        socklen_t length = sizeof stats;
        getsockopt(ports[p].socket, SOL_PACKET, PACKET_STATISTICS, &stats, &length);
        dropped += stats.tp_drops;
        giants += ports[p].giants;
        unsent += ports[p].unsent;
    }
    flow_report();
    path_report(&paths[UP]);
    path_report(&paths[DOWN]);
    printf("relay sent=%" PRIu64 " late50_us=%.0f late99_us=%.0f late_max_us=%.0f unread=%" PRIu64,
        sent, late_microseconds(0.5), late_microseconds(0.99), (double)late_max / 1e3, dropped);
    printf(" giants=%" PRIu64 " unsent=%" PRIu64 "\n", giants, unsent);
    fflush(stdout);
    if (capture != NULL)
        fclose(capture);
}

int main(int count, char **arguments)
{
    for (int i = 1; i < count; i++) {
        bool is_setting = strchr(arguments[i], '=') != NULL;
        if (is_setting ? !set(arguments[i]) : port_count == PORTS_MAX) {
            fprintf(stderr, "relay: what is %s?\n", arguments[i]);
            return 2;
        }
        if (!is_setting)
            open_port(arguments[i]);
    }
    if (port_count < 2) {
        fprintf(stderr, "relay: settings, the client's interface, and one or more of servers are expected\n");
        return 2;
    }
    struct sigaction action = { .sa_handler = end };
    struct sched_param priority = { .sched_priority = 1 };
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    // To be on time beside busy servers; where it is refused, the lateness that is told is larger.
    sched_setscheduler(0, SCHED_RR, &priority);
    prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    begin = now();
    puts("ready");
    fflush(stdout);
    run();
    report();
    return 0;
}
