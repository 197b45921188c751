// A link between two hosts (network namespaces): a TAP device in each, and this program in the middle, which gives each
// direction a rate, a delay, a drop-tail queue and random loss. For kernels without netem.
//
//     link PID DEVICE PID DEVICE SEED THERE BACK
//
// PID is a process of a host; THERE and BACK describe the directions as RATE,DELAY,QUEUE,LOSS:
//     RATE   in Mbit/s (10^6 bits of whole Ethernet frames, 14 bytes of header included)
//     DELAY  one way, in ms, added after the last bit has left the queue
//     QUEUE  what the queue holds before it drops, in ms at RATE
//     LOSS   frames lost at random on entry, in percent
// Prints "ready" when both devices are there (down and without address), and what it carried and dropped when it is
// ended by SIGTERM. It ends with its parent.
//
// The devices take no segmentation or checksum offload, so what passes here are frames of at most the MTU.
// Frames that are due are delivered in batches up to BATCH_NS late. Due times are not moved by that, so rates hold.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <math.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FRAME = 1600, BATCH_NS = 100000, DEVICE_QUEUE = 20000 };

// A frame on its way. The ring holds them one behind the other; size 0 means "go on at the start of the ring".
struct frame {
    int64_t due;
    uint64_t size;
    unsigned char bytes[];
};

struct direction {
    int from, to;
    double ns_per_byte;
    int64_t delay, longest_wait;
    uint64_t loss; // of 2^32
    uint64_t random;
    int64_t busy_until;

    unsigned char *ring;
    size_t capacity, head, tail; // frames stand from head to tail; head == tail: none

    uint64_t carried, bytes, dropped, lost;
};

static volatile sig_atomic_t stopped;

static void stop(int signal) { (void)signal; stopped = 1; }

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "link: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int open_device(const char *pid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
    int space = open(path, O_RDONLY | O_CLOEXEC);
    if (space < 0 || setns(space, CLONE_NEWNET) < 0) fail(path);
    close(space);

    int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
    if (device < 0 || ioctl(device, TUNSETIFF, &request) < 0) fail("/dev/net/tun");

    // The only queue that drops must be ours.
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    request.ifr_qlen = DEVICE_QUEUE;
    if (any < 0 || ioctl(any, SIOCSIFTXQLEN, &request) < 0) fail("SIOCSIFTXQLEN");
    close(any);
    return device;
}

static void describe(struct direction *d, const char *text, uint64_t seed)
{
    double rate, delay, queue, loss;
    if (sscanf(text, "%lf,%lf,%lf,%lf", &rate, &delay, &queue, &loss) != 4 || rate <= 0) {
        fprintf(stderr, "link: not RATE,DELAY,QUEUE,LOSS: %s\n", text);
        exit(2);
    }

    d->ns_per_byte = 8000.0 / rate;
    d->delay = llround(delay * 1e6);
    d->longest_wait = llround(queue * 1e6);
    d->loss = (uint64_t)llround(loss / 100 * 4294967296.0);
    d->random = seed;

    // Small frames take more of the ring than of the line.
    d->capacity = ((size_t)((d->delay + d->longest_wait) / d->ns_per_byte) * 2 + (4 << 20)) & ~(size_t)63;
    d->ring = malloc(d->capacity);
    if (!d->ring) fail("memory");
}

// splitmix64
static uint64_t next_random(struct direction *d)
{
    uint64_t z = d->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

// Where the next frame may be put, or null while the ring is full.
static struct frame *room(struct direction *d)
{
    size_t most = sizeof(struct frame) + MAX_FRAME;
    if (d->tail >= d->head) {
        if (d->capacity - d->tail >= most + sizeof(struct frame)) return (struct frame *)(d->ring + d->tail);
        if (d->head <= most) return NULL;
        ((struct frame *)(d->ring + d->tail))->size = 0;
        d->tail = 0;
    }

    return d->head - d->tail > most ? (struct frame *)(d->ring + d->tail) : NULL;
}

static struct frame *first(struct direction *d)
{
    if (d->head == d->tail) return NULL;
    struct frame *f = (struct frame *)(d->ring + d->head);
    if (f->size) return f;
    d->head = 0;
    return first(d);
}

static size_t length(const struct frame *f) { return (sizeof *f + f->size + 7) & ~(size_t)7; }

// Takes in what has arrived. False if there was nothing.
static int take(struct direction *d, int64_t time)
{
    static unsigned char spare[sizeof(struct frame) + MAX_FRAME];
    int any = 0;
    for (int count = 0; count < 1024; count++) {
        struct frame *kept = room(d), *f = kept ? kept : (struct frame *)spare;
        ssize_t size = read(d->from, f->bytes, MAX_FRAME);
        if (size <= 0) break;

        any = 1;
        if (d->loss && (next_random(d) >> 32) < d->loss) {
            d->lost++;
            continue;
        }

        int64_t start = d->busy_until > time ? d->busy_until : time;
        int64_t end = start + llround(size * d->ns_per_byte);
        if (!kept || end - time > d->longest_wait) {
            d->dropped++;
            continue;
        }

        d->busy_until = end;
        f->due = end + d->delay;
        f->size = (uint64_t)size;
        d->tail += length(f);
    }

    return any;
}

static int deliver(struct direction *d, int64_t time)
{
    int any = 0;
    for (struct frame *f = first(d); f && f->due <= time; f = first(d)) {
        // A device that is down refuses: the frame is gone, as on a cable that nobody holds.
        if (write(d->to, f->bytes, f->size) > 0) {
            d->carried++;
            d->bytes += f->size;
        }

        d->head += length(f);
        any = 1;
    }

    return any;
}

static void print(const char *name, const struct direction *d)
{
    printf("%s: carried %llu frames, %llu bytes; dropped %llu, lost %llu\n", name, (unsigned long long)d->carried,
        (unsigned long long)d->bytes, (unsigned long long)d->dropped, (unsigned long long)d->lost);
}

int main(int argc, char **argv)
{
    if (argc != 8) {
        fprintf(stderr, "usage: link PID DEVICE PID DEVICE SEED RATE,DELAY,QUEUE,LOSS RATE,DELAY,QUEUE,LOSS\n");
        return 2;
    }

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_TIMERSLACK, 1000);
    // A link that waits for a processor is a worse link than was asked for.
    struct sched_param priority = { .sched_priority = 1 };
    if (sched_setscheduler(0, SCHED_FIFO, &priority) < 0) setpriority(PRIO_PROCESS, 0, -20);
    signal(SIGTERM, stop);
    signal(SIGINT, stop);

    struct direction there = { 0 }, back = { 0 };
    uint64_t seed = strtoull(argv[5], NULL, 10);
    describe(&there, argv[6], seed * 2);
    describe(&back, argv[7], seed * 2 + 1);
    there.from = back.to = open_device(argv[1], argv[2]);
    there.to = back.from = open_device(argv[3], argv[4]);
    puts("ready");
    fflush(stdout);

    while (!stopped) {
        int64_t next = INT64_MAX, time = now();
        for (int i = 0; i < 2; i++) {
            struct frame *f = first(i ? &back : &there);
            if (f && f->due < next) next = f->due;
        }

        int64_t wait = next <= time ? 0 : next - time < 1000000000 ? next - time : 1000000000;
        struct timespec timeout = { .tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000 };
        struct pollfd devices[] = { { .fd = there.from, .events = POLLIN }, { .fd = back.from, .events = POLLIN } };
        ppoll(devices, 2, &timeout, NULL);

        time = now();
        int any = take(&there, time) | take(&back, time);
        any |= deliver(&there, time) | deliver(&back, time);
        if (any) nanosleep(&(struct timespec){ .tv_nsec = BATCH_NS }, NULL);
    }

    print("there", &there);
    print("back", &back);
    return 0;
}
