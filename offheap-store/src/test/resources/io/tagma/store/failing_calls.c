// Preloaded into a JVM, has the n-th call of one thread fail: of those that open, map, write, cut, force, rename or make something
// under one directory, or that ask for 64 KiB of memory or more. Tests only.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { LEAST_MEMORY = 65536 };

static char root[4096];
static __thread long countdown; // 0: nothing fails
static __thread long seen;
static __thread char name[32];
static __thread int cut_short; // a write that fails comes to its middle first, and what goes on from there fails

// Has the n-th call of this thread from now on fail; 0 for none.
void tagma_fail_at(const char *directory, long n) {
    strncpy(root, directory, sizeof root - 1);
    seen = 0;
    countdown = n;
    name[0] = 0;
    cut_short = 0;
}

// Calls of this thread that might have failed.
long tagma_calls(void) { return seen; }

// What failed, empty when nothing did.
const char *tagma_failed(void) { return name; }

static int fails(const char *what) {
    if (countdown <= 0) {
        return 0;
    }
    seen++;
    if (--countdown > 0) {
        return 0;
    }
    strncpy(name, what, sizeof name - 1);
    return 1;
}

static int ours(const char *path) { return countdown > 0 && path != NULL && strncmp(path, root, strlen(root)) == 0; }

static int ours_fd(int fd) {
    char link[64], path[4096];
    if (countdown <= 0) {
        return 0;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = 0;
    return ours(path);
}

#define NEXT(type, call, ...) ((type (*)(__VA_ARGS__)) dlsym(RTLD_NEXT, call))
#define OPEN(symbol)                                                  \
    int symbol(const char *path, int flags, ...) {                    \
        va_list rest;                                                 \
        va_start(rest, flags);                                        \
        int mode = va_arg(rest, int);                                 \
        va_end(rest);                                                 \
        if (ours(path) && fails("open")) { errno = EMFILE; return -1; } \
        return NEXT(int, #symbol, const char *, int, ...)(path, flags, mode); \
    }
OPEN(open)
OPEN(open64)

#define WRITE(symbol)                                                 \
    ssize_t symbol(int fd, const void *bytes, size_t n, off_t at) {   \
        if (cut_short || (ours_fd(fd) && fails("pwrite"))) {          \
            cut_short = !cut_short && n > 1;                          \
            if (cut_short) { n /= 2; } else { errno = ENOSPC; return -1; } \
        }                                                             \
        return NEXT(ssize_t, #symbol, int, const void *, size_t, off_t)(fd, bytes, n, at); \
    }
WRITE(pwrite)
WRITE(pwrite64)

ssize_t write(int fd, const void *bytes, size_t n) {
    if (ours_fd(fd) && fails("write")) { errno = ENOSPC; return -1; }
    return NEXT(ssize_t, "write", int, const void *, size_t)(fd, bytes, n);
}

int fallocate(int fd, int mode, off_t from, off_t length) {
    if (ours_fd(fd) && fails("fallocate")) { errno = ENOSPC; return -1; }
    return NEXT(int, "fallocate", int, int, off_t, off_t)(fd, mode, from, length);
}

#define CUT(symbol)                                                   \
    int symbol(int fd, off_t length) {                                \
        if (ours_fd(fd) && fails("ftruncate")) { errno = EIO; return -1; } \
        return NEXT(int, #symbol, int, off_t)(fd, length);            \
    }
CUT(ftruncate)
CUT(ftruncate64)

#define FORCE(symbol)                                                 \
    int symbol(int fd) {                                              \
        if (ours_fd(fd) && fails(#symbol)) { errno = EIO; return -1; } \
        return NEXT(int, #symbol, int)(fd);                           \
    }
FORCE(fsync)
FORCE(fdatasync)

#define MAP(symbol)                                                   \
    void *symbol(void *at, size_t n, int protection, int flags, int fd, off_t from) { \
        if (fd >= 0 && ours_fd(fd) && fails("mmap")) { errno = ENOMEM; return MAP_FAILED; } \
        return NEXT(void *, #symbol, void *, size_t, int, int, int, off_t)(at, n, protection, flags, fd, from); \
    }
MAP(mmap)
MAP(mmap64)

int rename(const char *from, const char *to) {
    if (ours(from) && fails("rename")) { errno = EIO; return -1; }
    return NEXT(int, "rename", const char *, const char *)(from, to);
}

int mkdir(const char *path, mode_t mode) {
    if (ours(path) && fails("mkdir")) { errno = ENOSPC; return -1; }
    return NEXT(int, "mkdir", const char *, mode_t)(path, mode);
}

extern void *__libc_malloc(size_t);
void *malloc(size_t n) {
    if (n >= LEAST_MEMORY && fails("malloc")) { errno = ENOMEM; return NULL; }
    return __libc_malloc(n);
}
