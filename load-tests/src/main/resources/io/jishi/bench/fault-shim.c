/* Comes before libc in a process of the proof (LD_PRELOAD) and lies to it: the clock of the day is off by so much, and a
 * sync of a file takes so much longer. Both stand in a file that the proof maps and writes while the process runs. The
 * monotonic clock goes on, as it does where an administrator sets a clock. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct lies {
    volatile int64_t clock_ahead_seconds;
    volatile int64_t sync_millis;
};

static const struct lies truth;
static const struct lies *lies = &truth;
static int (*real_clock_gettime)(clockid_t, struct timespec *);

__attribute__((constructor)) static void attach(void) {
    const char *file = getenv("FAULT_SHIM");
    real_clock_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int fd = file == NULL ? -1 : open(file, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        void *mapped = mmap(NULL, sizeof(struct lies), PROT_READ, MAP_SHARED, fd, 0);
        if (mapped != MAP_FAILED)
            lies = mapped;
        close(fd);
    }
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int result = real_clock_gettime != NULL ? real_clock_gettime(clock, at) : (int)syscall(SYS_clock_gettime, clock, at);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        at->tv_sec += lies->clock_ahead_seconds;
    return result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at != NULL)
        *at = now.tv_sec;
    return now.tv_sec;
}

static void linger(void) {
    int64_t millis = lies->sync_millis;
    struct timespec rest = {millis / 1000, millis % 1000 * 1000000};
    while (millis > 0 && nanosleep(&rest, &rest) != 0)
        ;
}

int fsync(int fd) {
    linger();
    return (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    linger();
    return (int)syscall(SYS_fdatasync, fd);
}
