// Loaded into a process by LD_PRELOAD, lets its threads be late: after one has woken another, after it was woken itself, and after it has sent
// something, it sleeps now and then. What a program signals and what it does next come apart, so that a race between an act and a
// look, which shows once in thousands of runs, shows at once. Children inherit it.
//
//   LATE_CHANCE   how often a thread that has woken another one sleeps: 0 to 1. Default: 0.3. Twice as often after a message was sent.
//   LATE_MAX_MS   how long at most; short sleeps come more often. Default: 30.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FAST_THREAD_LOCAL static __thread __attribute__((tls_model("initial-exec")))

static double chance = 0.3;
static double max_ms = 30;

static int (*next_signal)(pthread_cond_t *);
static int (*next_broadcast)(pthread_cond_t *);
static int (*next_wait)(pthread_cond_t *, pthread_mutex_t *);
static int (*next_timed_wait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static int (*next_unlock)(pthread_mutex_t *);
static ssize_t (*next_send)(int, const void *, size_t, int);
static ssize_t (*next_sendmsg)(int, const struct msghdr *, int);

FAST_THREAD_LOCAL uint64_t state;
FAST_THREAD_LOCAL int has_woken;
FAST_THREAD_LOCAL int was_woken;

__attribute__((constructor)) static void load(void)
{
    // Without a version the oldest one is found, whose condition variables have another layout.
    next_signal = dlvsym(RTLD_NEXT, "pthread_cond_signal", "GLIBC_2.3.2");
    next_broadcast = dlvsym(RTLD_NEXT, "pthread_cond_broadcast", "GLIBC_2.3.2");
    next_wait = dlvsym(RTLD_NEXT, "pthread_cond_wait", "GLIBC_2.3.2");
    next_timed_wait = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    next_unlock = dlsym(RTLD_NEXT, "pthread_mutex_unlock");
    next_send = dlsym(RTLD_NEXT, "send");
    next_sendmsg = dlsym(RTLD_NEXT, "sendmsg");
    if (getenv("LATE_CHANCE")) chance = atof(getenv("LATE_CHANCE"));
    if (getenv("LATE_MAX_MS")) max_ms = atof(getenv("LATE_MAX_MS"));
}

// Xorshift, seeded by thread and time.
static double random_fraction(void)
{
    if (state == 0) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        state = ((uint64_t)now.tv_nsec << 20) ^ (uint64_t)(uintptr_t)&state ^ 0x9E3779B97F4A7C15u;
    }
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) / 9007199254740992.0;
}

static void be_late(double how_often)
{
    if (random_fraction() >= how_often) return;
    int error = errno;
    double fraction = random_fraction();
    double ms = 1 + fraction * fraction * max_ms;
    struct timespec pause = {(time_t)(ms / 1000), (long)(ms * 1e6) % 1000000000L};
    nanosleep(&pause, NULL);
    errno = error;
}

int pthread_cond_signal(pthread_cond_t *condition)
{
    has_woken = 1;
    return next_signal(condition);
}

int pthread_cond_broadcast(pthread_cond_t *condition)
{
    has_woken = 1;
    return next_broadcast(condition);
}

int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    int result = next_wait(condition, mutex);
    was_woken = 1;
    return result;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until)
{
    int result = next_timed_wait(condition, mutex, until);
    was_woken = result == 0;
    return result;
}

// Only here: who sleeps with the lock in hand holds up the one that was woken as well.
int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    int result = next_unlock(mutex);
    if (has_woken || was_woken) {
        double how_often = has_woken ? chance : chance / 3;
        has_woken = was_woken = 0;
        be_late(how_often);
    }
    return result;
}

ssize_t send(int socket, const void *data, size_t length, int flags)
{
    ssize_t result = next_send(socket, data, length, flags);
    be_late(2 * chance);
    return result;
}

ssize_t sendmsg(int socket, const struct msghdr *message, int flags)
{
    ssize_t result = next_sendmsg(socket, message, flags);
    be_late(2 * chance);
    return result;
}
