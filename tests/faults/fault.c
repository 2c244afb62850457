/* SPDX-License-Identifier: Apache-2.0 */
/* To be preloaded: counts calls from main on, in a process and its children
 * together, and lets number N go wrong.
 *
 *   FAULT=ACTION:CALLS:N
 *   CALLS   alloc, open, read, write, sync, rename, unlink, mkdir, stat, close, dlopen,
 *           thread, or disk: those that change the disk, or io: all that touch files
 *           Allocations by libconfig are not counted: config/conffile.c reserves their
 *           memory beforehand, in a call that is.
 *   ACTION  fail   call N fails            short  a read or write N does half
 *           always N and all after fail    intr   a read or write N is interrupted
 *           full   as on a full disk from N on, the first write after half of its bytes
 *           kill   SIGKILL in the place of call N, after half of its bytes
 *           lock   from call N on all folders are read-only: nothing is made, opened for
 *                  writing, renamed or removed; what is open can still be written
 *           count  goes on
 *   FAULT_IN=TEXT     of disk, those calls alone whose file's path holds this text
 *   FAULT_LOG=PATH    at the end: the number of calls, then the number of the first call
 *                     from each place, a place being the functions it was called by
 *   FAULT_TRACE=1     says on stderr where the fault was */

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum calls { ALLOC, OPEN, READ, WRITE, SYNC, RENAME, UNLINK, MKDIR, STAT, CLOSE, DLOPEN, THREAD };
enum action { NOTHING, FAIL, ALWAYS, FULL, SHORT, INTERRUPT, KILL, LOCK };
enum { FRAMES = 24, SKIP = 2, PLACES = 1 << 16 };

static const char *const call_names[] = {"alloc",  "open",  "read", "write", "sync",   "rename",
                                         "unlink", "mkdir", "stat", "close", "dlopen", "thread"};
static const char *const action_names[] = {"count", "fail", "always", "full",
                                           "short", "intr", "kill",   "lock"};
static const int errors[] = {ENOMEM, EMFILE, EIO,    EIO, EIO,    EACCES,
                             EACCES, ENOSPC, EACCES, EIO, ENOENT, EAGAIN};

/* Shared with the children. */
struct shared {
    atomic_long calls;
    uint64_t place[PLACES]; /* a hash table of places, 0: free */
    long first[PLACES];
};

static struct {
    struct shared *shared;
    enum action action;
    unsigned wanted; /* bits of enum calls */
    long at;
    pid_t pid;
    const char *log, *in;
    bool trace;
    uintptr_t libconfig, libconfig_end;
} fault;

static _Thread_local int inside __attribute__((tls_model("initial-exec")));

static void *real(const char *name)
{
    void *next;

    inside++;
    next = dlsym(RTLD_NEXT, name);
    inside--;
    return next;
}

#define REAL(NAME)                                                                                 \
    static __typeof__(&NAME) next;                                                                 \
    if (!next)                                                                                     \
    *(void **)&next = real(#NAME)

/* The functions that a call was made by, each once, so that a loop and a recursion
 * are one place. */
static uint64_t place(void)
{
    void *frame[FRAMES];
    int n = backtrace(frame, FRAMES);
    uint64_t hash = 14695981039346656037u;

    for (int i = SKIP; i < n; i++) {
        bool seen = false;

        for (int j = SKIP; j < i && !seen; j++)
            seen = frame[j] == frame[i];
        if (!seen)
            hash = (hash ^ (uintptr_t)frame[i]) * 1099511628211u;
    }
    return hash | 1;
}

static void note_place(long number)
{
    uint64_t here = place();
    size_t i = here % PLACES;

    for (size_t tries = 0; tries < PLACES; tries++, i = (i + 1) % PLACES) {
        if (fault.shared->place[i] == here)
            return;
        if (!fault.shared->place[i]) {
            fault.shared->place[i] = here;
            fault.shared->first[i] = number;
            return;
        }
    }
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void trace(void)
{
    void *frame[FRAMES];

    backtrace_symbols_fd(frame, backtrace(frame, FRAMES), 2);
}

/* What is to happen to a call of this kind; in errno its error. */
static enum action next_fault(enum calls kind)
{
    enum action now = NOTHING;
    long number;

    if (!fault.shared || inside || !(fault.wanted & 1u << kind))
        return NOTHING;
    inside++;
    number = atomic_fetch_add(&fault.shared->calls, 1) + 1;
    if (fault.log)
        note_place(number);
    if (number == fault.at || (number > fault.at && fault.action == ALWAYS))
        now = fault.action;
    else if (number > fault.at && (fault.action == FULL || fault.action == LOCK))
        now = fault.action;
    if (now != NOTHING && fault.trace)
        trace();
    if (now == KILL && kind != WRITE)
        die();
    if (now == FULL && kind != WRITE && kind != SYNC && kind != MKDIR)
        now = NOTHING;
    if (now == LOCK && kind != MKDIR && kind != RENAME && kind != UNLINK)
        now = NOTHING;
    if ((now == SHORT || now == INTERRUPT) && kind != READ && kind != WRITE)
        now = NOTHING;
    if (now != NOTHING)
        errno = now == FULL        ? ENOSPC
                : now == INTERRUPT ? EINTR
                : now == LOCK      ? EROFS
                                   : errors[kind];
    inside--;
    return now;
}

/* The same of a call that changes the disk, at a path or at what is open as fd. */

static enum action next_fault_of(enum calls kind, const char *path)
{
    return fault.in && !strstr(path, fault.in) ? NOTHING : next_fault(kind);
}

static enum action next_fault_at(enum calls kind, int fd)
{
    char link[64], path[4096];
    ssize_t n = 0;

    if (fault.in) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        n = readlink(link, path, sizeof path - 1);
    }
    path[n > 0 ? n : 0] = '\0';
    return next_fault_of(kind, path);
}

static bool by_libconfig(const void *caller)
{
    return (uintptr_t)caller - fault.libconfig < fault.libconfig_end - fault.libconfig;
}

/* A call that fails as a whole: TYPES of the arguments, the ARGUMENTS, whether it is
 * to fail, what it gives then. */
#define WHOLE(RESULT, NAME, TYPES, ARGUMENTS, FAILS, FAILED)                                       \
    RESULT NAME TYPES                                                                              \
    {                                                                                              \
        RESULT result;                                                                             \
        REAL(NAME);                                                                                \
        if (FAILS)                                                                                 \
            return FAILED;                                                                         \
        inside++;                                                                                  \
        result = next ARGUMENTS;                                                                   \
        inside--;                                                                                  \
        return result;                                                                             \
    }

#define ALLOCATES(RESULT, NAME, TYPES, ARGUMENTS, FAILED)                                          \
    WHOLE(RESULT, NAME, TYPES, ARGUMENTS,                                                          \
          !by_libconfig(__builtin_return_address(0)) && next_fault(ALLOC) != NOTHING, FAILED)
#define CALLS(KIND, RESULT, NAME, TYPES, ARGUMENTS, FAILED)                                        \
    WHOLE(RESULT, NAME, TYPES, ARGUMENTS, next_fault(KIND) != NOTHING, FAILED)
#define CHANGES_PATH(KIND, RESULT, NAME, TYPES, ARGUMENTS, FAILED)                                 \
    WHOLE(RESULT, NAME, TYPES, ARGUMENTS, next_fault_of(KIND, path) != NOTHING, FAILED)
#define CHANGES_FD(KIND, RESULT, NAME, TYPES, ARGUMENTS, FAILED)                                   \
    WHOLE(RESULT, NAME, TYPES, ARGUMENTS, next_fault_at(KIND, fd) != NOTHING, FAILED)

/* The allocators are not nested in others that count, and must not look up too soon. */
ALLOCATES(void *, malloc, (size_t size), (size), NULL)
ALLOCATES(void *, realloc, (void *old, size_t size), (old, size), NULL)
ALLOCATES(void *, reallocarray, (void *old, size_t n, size_t size), (old, n, size), NULL)
ALLOCATES(void *, aligned_alloc, (size_t align, size_t size), (align, size), NULL)
ALLOCATES(int, posix_memalign, (void **out, size_t align, size_t size), (out, align, size), ENOMEM)
ALLOCATES(char *, strdup, (const char *text), (text), NULL)
ALLOCATES(char *, __strdup, (const char *text), (text), NULL)
ALLOCATES(char *, strndup, (const char *text, size_t size), (text, size), NULL)
ALLOCATES(int, vasprintf, (char **out, const char *format, va_list list), (out, format, list), -1)
ALLOCATES(char *, getcwd, (char *out, size_t size), (out, size), NULL)

/* dlsym may ask for memory while calloc is looked for. */
void *calloc(size_t n, size_t size)
{
    static char early[4096];
    static size_t used;
    static bool looking;
    void *result;

    if (looking) {
        result = early + used;
        used += (n * size + 15) / 16 * 16;
        return used <= sizeof early ? result : NULL;
    }
    looking = !fault.shared;
    REAL(calloc);
    looking = false;
    if (!by_libconfig(__builtin_return_address(0)) && next_fault(ALLOC) != NOTHING)
        return NULL;
    return next(n, size);
}

CHANGES_FD(SYNC, int, fsync, (int fd), (fd), -1)
CHANGES_FD(SYNC, int, fdatasync, (int fd), (fd), -1)
CHANGES_PATH(RENAME, int, rename, (const char *path, const char *to), (path, to), -1)
CHANGES_PATH(UNLINK, int, unlink, (const char *path), (path), -1)
CHANGES_PATH(UNLINK, int, rmdir, (const char *path), (path), -1)
CHANGES_FD(RENAME, int, ftruncate, (int fd, off_t size), (fd, size), -1)
CHANGES_PATH(MKDIR, int, mkdir, (const char *path, mode_t mode), (path, mode), -1)
CHANGES_PATH(MKDIR, char *, mkdtemp, (char *path), (path), NULL)
CALLS(STAT, int, stat, (const char *path, struct stat *out), (path, out), -1)
CALLS(STAT, int, fstat, (int fd, struct stat *out), (fd, out), -1)
CALLS(STAT, int, flock, (int fd, int what), (fd, what), -1)
CALLS(STAT, char *, realpath, (const char *path, char *out), (path, out), NULL)
CALLS(OPEN, DIR *, opendir, (const char *path), (path), NULL)
CALLS(OPEN, int, pipe2, (int fd[2], int flags), (fd, flags), -1)
CALLS(THREAD, pid_t, fork, (void), (), -1)
CALLS(THREAD, int, pthread_create,
      (pthread_t * thread, const pthread_attr_t *how, void *(*start)(void *), void *context),
      (thread, how, start, context), EAGAIN)

/* ASan asks for a new thread's stack, and has no answer where that needs memory. */
WHOLE(int, pthread_getattr_np, (pthread_t thread, pthread_attr_t *out), (thread, out), false, 0)

/* Whether what would be written cannot be opened any more; then with errno. */
static bool is_locked(void)
{
    bool locked =
        fault.action == LOCK && fault.shared && !inside && fault.shared->calls >= fault.at;

    if (locked)
        errno = EROFS;
    return locked;
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *result;
    REAL(fopen);

    if (next_fault(OPEN) != NOTHING || ((*mode != 'r' || strchr(mode, '+')) && is_locked()))
        return NULL;
    inside++;
    result = next(path, mode);
    inside--;
    return result;
}

int open(const char *path, int flags, ...)
{
    va_list list;
    mode_t mode = 0;
    REAL(open);

    va_start(list, flags);
    if (flags & (O_CREAT | O_TMPFILE))
        mode = va_arg(list, mode_t);
    va_end(list);
    if (next_fault(OPEN) != NOTHING ||
        (flags & (O_WRONLY | O_RDWR | O_CREAT) && strncmp(path, "/dev/", 5) != 0 && is_locked()))
        return -1;
    return next(path, flags, mode);
}

/* Fails as a file that is not there does, so that dlerror has something to say. */
void *dlopen(const char *path, int flags)
{
    bool fails = next_fault(DLOPEN) != NOTHING;
    REAL(dlopen);

    return next(fails ? "/nowhere/fault.so" : path, flags);
}

int close(int fd)
{
    enum action now = next_fault(CLOSE);
    int error = errno;
    REAL(close);

    if (next(fd) < 0)
        return -1;
    errno = error;
    return now == NOTHING ? 0 : -1;
}

ssize_t read(int fd, void *data, size_t size)
{
    enum action now = fd > 2 ? next_fault(READ) : NOTHING;
    REAL(read);

    if (now == SHORT && size > 1)
        return next(fd, data, size / 2);
    return now == NOTHING || now == SHORT ? next(fd, data, size) : -1;
}

ssize_t pread(int fd, void *data, size_t size, off_t at)
{
    enum action now = next_fault(READ);
    REAL(pread);

    if (now == SHORT && size > 1)
        return next(fd, data, size / 2, at);
    return now == NOTHING || now == SHORT ? next(fd, data, size, at) : -1;
}

ssize_t write(int fd, const void *data, size_t size)
{
    enum action now = fd > 2 ? next_fault_at(WRITE, fd) : NOTHING;
    REAL(write);

    if (now == KILL) {
        next(fd, data, size / 2);
        die();
    }
    if ((now == SHORT || (now == FULL && fault.shared->calls == fault.at)) && size > 1)
        return next(fd, data, size / 2);
    return now == NOTHING || now == SHORT ? next(fd, data, size) : -1;
}

/* Streams write past write(); messages to stderr and streams into memory don't count. */
static enum action stream_fault(FILE *stream, enum calls kind)
{
    int fd;

    inside++;
    fd = stream ? fileno(stream) : -1;
    inside--;
    if (fd == 1 && fault.action != FAIL && fault.action != ALWAYS)
        fd = -1; /* it is on no disk */
    return fd >= 0 && fd != 2 ? next_fault_at(kind, fd) : NOTHING;
}

int fflush(FILE *stream)
{
    enum action now = stream_fault(stream, WRITE);
    int result;
    REAL(fflush);

    if (now == KILL)
        die();
    inside++;
    result = next(stream);
    inside--;
    return now == NOTHING || now == SHORT || now == INTERRUPT ? result : EOF;
}

int fclose(FILE *stream)
{
    enum action now = stream_fault(stream, WRITE);
    int error = errno, result;
    REAL(fclose);

    if (now == KILL)
        die();
    result = next(stream);
    if (now == NOTHING || now == SHORT || now == INTERRUPT)
        return result;
    errno = error;
    return EOF;
}

static int find(const char *const *names, int n, const char *text, size_t length)
{
    for (int i = 0; i < n; i++)
        if (strlen(names[i]) == length && !memcmp(names[i], text, length))
            return i;
    return -1;
}

static void read_orders(void)
{
    const char *text = getenv("FAULT"), *calls = text ? strchr(text, ':') : NULL;
    const char *at = calls ? strchr(calls + 1, ':') : NULL;
    int action, kind;
    size_t length;

    if (!at)
        return;
    length = (size_t)(at - calls - 1);
    action = find(action_names, 8, text, (size_t)(calls - text));
    kind = find(call_names, 12, calls + 1, length);
    if (kind >= 0)
        fault.wanted = 1u << kind;
    else if (length == 4 && !memcmp(calls + 1, "disk", 4))
        fault.wanted = 1u << WRITE | 1u << SYNC | 1u << RENAME | 1u << UNLINK | 1u << MKDIR;
    else if (length == 2 && !memcmp(calls + 1, "io", 2))
        fault.wanted = ~(1u << ALLOC);
    if (action < 0 || !fault.wanted) {
        fprintf(stderr, "fault.so: FAULT=%s?\n", text);
        _exit(125);
    }
    fault.action = (enum action)action;
    fault.at = strtol(at + 1, NULL, 10);
}

static void write_log(void)
{
    FILE *out;

    inside++;
    out = getpid() == fault.pid ? fopen(fault.log, "w") : NULL;
    if (out) {
        fprintf(out, "%ld\n", fault.shared->calls);
        for (size_t i = 0; i < PLACES; i++)
            if (fault.shared->place[i])
                fprintf(out, "%ld\n", fault.shared->first[i]);
        fclose(out);
    }
}

static int find_libconfig(struct dl_phdr_info *info, size_t size, void *context)
{
    (void)size;
    (void)context;
    if (!strstr(info->dlpi_name, "/libconfig.so"))
        return 0;
    fault.libconfig = info->dlpi_addr;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t end = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;

        if (info->dlpi_phdr[i].p_type == PT_LOAD && end > fault.libconfig_end)
            fault.libconfig_end = end;
    }
    return 1;
}

/* The last at exit: what gcov and sanitizers do after it is not pare's. */
static void stop(void)
{
    fault.shared = NULL;
}

static int (*real_main)(int, char **, char **);

static int counted_main(int argc, char **argv, char **environment)
{
    void *frame[FRAMES];
    void *shared;

    inside++;
    backtrace(frame, FRAMES); /* loads what it needs */
    fault.log = getenv("FAULT_LOG");
    fault.in = getenv("FAULT_IN");
    fault.trace = getenv("FAULT_TRACE") != NULL;
    fault.pid = getpid();
    read_orders();
    dl_iterate_phdr(find_libconfig, NULL);
    shared = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                  -1, 0);
    atexit(stop);
    if (fault.log)
        atexit(write_log);
    inside--;
    if (shared != MAP_FAILED && fault.wanted)
        fault.shared = shared;
    return real_main(argc, argv, environment);
}

int __libc_start_main(int (*main_)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end);
int __libc_start_main(int (*main_)(int, char **, char **), int argc, char **argv,
                      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end)
{
    REAL(__libc_start_main);

    real_main = main_;
    return next(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}
