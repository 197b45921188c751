// The loads of the benchmark. What is measured is counted where it arrives.
//
//     load serve SOURCE ECHO KNOCK                 on these ports, until killed: zeros without end; an echo; another one
//     load receive WARMUP SECONDS listen PORT FLOWS
//     load receive WARMUP SECONDS connect HOST PORT FLOWS
//     load receive WARMUP SECONDS stdin            counts what arrives in a window of SECONDS that begins WARMUP seconds
//                                                  after every flow had its first byte. Prints "listening" if it does,
//                                                  "window" when that begins, "received SECONDS BYTES..." at its end,
//                                                  one number for each flow
//     load send HOST PORT FLOWS                    zeros, until the other end closes
//     load probe HOST PORT SECONDS PAUSE           one request after the other, each a new connection and PAUSE ms after
//                                                  the last: GET /1k. Prints the ms each took until its last byte
//     load hold HOST ECHO COUNT                    opens COUNT connections, each is answered once; prints
//                                                  "answered NUMBER SECONDS", holds them until its input ends
//     load stall HOST SOURCE COUNT                 opens COUNT connections, reads none; prints "stalled", waits likewise
//     load first HOST KNOCK                        knocks every 2 ms until a byte comes back, prints the monotonic time

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 1 << 18, MOST_EVENTS = 512, OPENING = 256 };
static const double Deadline = 30; // seconds until the first byte or an answer
static const double Patience = 10, LongestHold = 45; // seconds without an answer more, and in all

static char chunk[CHUNK];
static int poller;

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void watch(int fd, uint32_t events, int number)
{
    struct epoll_event event = { .events = events, .data.u64 = (uint64_t)(uint32_t)number << 32 | (uint32_t)fd };
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

static int listen_on(const char *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
    if (fd < 0) fail("socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
    if (bind(fd, (void *)&address, sizeof address) < 0 || listen(fd, 4096) < 0) fail("listen");
    return fd;
}

// Begins to connect; the caller learns from the socket how that went. Less than 0: no socket.
static int start_connect(const char *host, const char *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port)) };
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) fail(host);
    if (fd < 0) return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
    if (connect(fd, (void *)&address, sizeof address) < 0 && errno != EINPROGRESS) {
        close(fd);
        return -1;
    }

    return fd;
}

static int connected(const char *host, const char *port)
{
    int fd = start_connect(host, port);
    struct pollfd one = { .fd = fd, .events = POLLOUT };
    if (fd < 0) fail("connect");
    int error = ETIMEDOUT;
    if (poll(&one, 1, (int)(Deadline * 1000)) == 1) getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){ sizeof error });
    if ((errno = error)) fail("connect");
    return fd;
}

static void send_all_there_is_room_for(int fd)
{
    // A little at a time, so that one flow does not take all the turns.
    for (int turn = 0; turn < 4; turn++)
        if (write(fd, chunk, CHUNK) < CHUNK) return;
}

static int is_dead(int fd, uint32_t events)
{
    if (!(events & (EPOLLERR | EPOLLHUP))) return 0;
    close(fd);
    return 1;
}

static void serve(const char *source_port, const char *echo_port, const char *knock_port)
{
    enum { SOURCE_LISTENER, ECHO_LISTENER, SOURCE, ECHO };
    watch(listen_on(source_port), EPOLLIN, SOURCE_LISTENER);
    watch(listen_on(echo_port), EPOLLIN, ECHO_LISTENER);
    watch(listen_on(knock_port), EPOLLIN, ECHO_LISTENER);
    for (;;) {
        struct epoll_event events[MOST_EVENTS];
        int count = epoll_wait(poller, events, MOST_EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = (int)(uint32_t)events[i].data.u64, kind = (int)(events[i].data.u64 >> 32);
            if (kind == SOURCE_LISTENER || kind == ECHO_LISTENER) {
                int caller = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (caller < 0) continue;
                watch(caller, kind == ECHO_LISTENER ? EPOLLIN : EPOLLOUT, kind == ECHO_LISTENER ? ECHO : SOURCE);
            } else if (!is_dead(fd, events[i].events)) {
                if (kind == SOURCE) {
                    send_all_there_is_room_for(fd);
                } else {
                    ssize_t size = read(fd, chunk, CHUNK);
                    if (size == 0 || (size > 0 && write(fd, chunk, (size_t)size) < 0)) close(fd);
                }
            }
        }
    }
}

static void send_flows(const char *host, const char *port, int flows)
{
    for (int i = 0; i < flows; i++) watch(connected(host, port), EPOLLOUT, i);
    while (flows > 0) {
        struct epoll_event events[MOST_EVENTS];
        int count = epoll_wait(poller, events, MOST_EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = (int)(uint32_t)events[i].data.u64;
            if (is_dead(fd, events[i].events)) flows--;
            else send_all_there_is_room_for(fd);
        }
    }
}

static void receive(double warmup, double seconds, char **words)
{
    int listener = -1, flows = 1, known = 0, begun = 0;
    if (!strcmp(words[0], "listen")) {
        flows = atoi(words[2]);
        listener = listen_on(words[1]);
        watch(listener, EPOLLIN, -1);
        puts("listening");
        fflush(stdout);
    } else if (!strcmp(words[0], "connect")) {
        flows = atoi(words[3]);
        for (; known < flows; known++) watch(connected(words[1], words[2]), EPOLLIN, known);
    } else {
        fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
        watch(0, EPOLLIN, known++);
    }

    uint64_t *bytes = calloc((size_t)flows, sizeof *bytes), *before = calloc((size_t)flows, sizeof *before);
    double start = 0, limit = now() + Deadline;
    for (;;) {
        struct epoll_event events[MOST_EVENTS];
        int count = epoll_wait(poller, events, MOST_EVENTS, 1), waits = 0;
        for (int i = 0; i < count; i++) {
            int fd = (int)(uint32_t)events[i].data.u64, flow = (int)(events[i].data.u64 >> 32);
            if (flow < 0) {
                int caller = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                if (caller >= 0 && known < flows) watch(caller, EPOLLIN, known++);
                continue;
            }

            ssize_t size = read(fd, chunk, CHUNK);
            if (size == 0 || (size < 0 && errno != EAGAIN)) {
                if (size == 0) errno = ECONNRESET;
                fail("a flow ended");
            }

            if (size > 0) bytes[flow] += (uint64_t)size;
        }

        for (int i = 0; i < flows; i++) waits += bytes[i] == 0;
        double time = now();
        if (waits) {
            errno = ETIMEDOUT;
            if (time > limit) fail("not every flow had a first byte");
        } else if (!begun) {
            start = time + warmup;
            begun = 1;
        } else if (begun == 1 && time >= start) {
            start = time;
            memcpy(before, bytes, (size_t)flows * sizeof *bytes);
            begun = 2;
            puts("window");
            fflush(stdout);
        } else if (begun == 2 && time >= start + seconds) {
            printf("received %.6f", time - start);
            for (int i = 0; i < flows; i++) printf(" %llu", (unsigned long long)(bytes[i] - before[i]));
            puts("");
            fflush(stdout);
            // Whoever reads this wants to look at the processes in between before they end with us.
            usleep(500000);
            return;
        }
    }
}

static void probe(const char *host, const char *port, double seconds, int pause)
{
    static const char request[] = "GET /1k HTTP/1.0\r\n\r\n";
    double end = now() + seconds;
    while (now() < end) {
        double start = now();
        int fd = connected(host, port);
        if (write(fd, request, sizeof request - 1) < 0) fail("request");
        for (size_t total = 0;;) {
            struct pollfd one = { .fd = fd, .events = POLLIN };
            if (poll(&one, 1, (int)(Deadline * 1000)) != 1) fail("no answer");
            ssize_t size = read(fd, chunk, CHUNK);
            if (size < 0) fail("answer");
            total += (size_t)size;
            if (size == 0 && total < 1024) fail("short answer");
            if (size == 0) break;
        }

        double took = now() - start;
        printf("%.3f\n", took * 1000);
        fflush(stdout);
        close(fd);
        if (took * 1000 < pause) usleep((unsigned)(pause * 1000 - took * 1e6));
    }
}

static void hold(const char *host, const char *port, int count)
{
    int opened = 0, answered = 0, failed = 0;
    char *asked = calloc((size_t)count, 1);
    double start = now(), progress = start, last = start;
    while (answered + failed < count && last - progress < Patience && last - start < LongestHold) {
        while (opened < count && opened - answered - failed < OPENING) {
            int fd = start_connect(host, port);
            if (fd >= 0) watch(fd, EPOLLOUT, opened);
            else failed++;
            opened++;
        }

        struct epoll_event events[MOST_EVENTS];
        int number = epoll_wait(poller, events, MOST_EVENTS, 100);
        last = now();
        for (int i = 0; i < number; i++) {
            int fd = (int)(uint32_t)events[i].data.u64, which = (int)(events[i].data.u64 >> 32);
            if (!asked[which] && !(events[i].events & (EPOLLERR | EPOLLHUP)) && write(fd, "?", 1) == 1) {
                asked[which] = 1;
                struct epoll_event next = { .events = EPOLLIN, .data.u64 = events[i].data.u64 };
                epoll_ctl(poller, EPOLL_CTL_MOD, fd, &next);
                continue;
            }

            if (asked[which] == 1 && read(fd, chunk, CHUNK) == 1) {
                asked[which] = 2;
                answered++;
                progress = last;
                epoll_ctl(poller, EPOLL_CTL_DEL, fd, NULL);
            } else {
                failed++;
                close(fd);
            }
        }
    }

    printf("answered %d %.3f\n", answered, progress - start);
    fflush(stdout);
}

static void first(const char *host, const char *port)
{
    double end = now() + Deadline;
    int knocks = 0;
    while (now() < end) {
        // Each knock is let go after a second: until the rules are there, they lead nowhere.
        int fd = start_connect(host, port);
        if (fd >= 0) watch(fd, EPOLLOUT, knocks++);
        struct epoll_event events[MOST_EVENTS];
        int count = epoll_wait(poller, events, MOST_EVENTS, 2);
        for (int i = 0; i < count; i++) {
            int one = (int)(uint32_t)events[i].data.u64;
            if (is_dead(one, events[i].events)) continue;
            if (events[i].events & EPOLLIN) {
                if (read(one, chunk, 1) == 1) {
                    printf("%.6f\n", now());
                    return;
                }

                close(one);
            } else {
                if (write(one, "?", 1) < 0) {
                    close(one);
                    continue;
                }

                struct epoll_event next = { .events = EPOLLIN, .data.u64 = events[i].data.u64 };
                epoll_ctl(poller, EPOLL_CTL_MOD, one, &next);
            }
        }

        if (count > 0) usleep(2000);
    }

    errno = ETIMEDOUT;
    fail("no answer");
}

static void wait_for_end_of_input(void)
{
    fcntl(0, F_SETFL, fcntl(0, F_GETFL) & ~O_NONBLOCK);
    while (read(0, chunk, CHUNK) > 0) {}
}

int main(int argc, char **argv)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    poller = epoll_create1(EPOLL_CLOEXEC);

    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "serve") && argc == 5) {
        serve(argv[2], argv[3], argv[4]);
    } else if (!strcmp(what, "receive") && argc >= 5) {
        receive(atof(argv[2]), atof(argv[3]), argv + 4);
    } else if (!strcmp(what, "send") && argc == 5) {
        send_flows(argv[2], argv[3], atoi(argv[4]));
    } else if (!strcmp(what, "probe") && argc == 6) {
        probe(argv[2], argv[3], atof(argv[4]), atoi(argv[5]));
    } else if (!strcmp(what, "hold") && argc == 5) {
        hold(argv[2], argv[3], atoi(argv[4]));
        wait_for_end_of_input();
    } else if (!strcmp(what, "stall") && argc == 5) {
        for (int i = 0; i < atoi(argv[4]); i++) connected(argv[2], argv[3]);
        puts("stalled");
        fflush(stdout);
        wait_for_end_of_input();
    } else if (!strcmp(what, "first") && argc == 4) {
        first(argv[2], argv[3]);
    } else {
        fprintf(stderr, "load: see the head of load.c for its arguments\n");
        return 2;
    }

    return 0;
}
