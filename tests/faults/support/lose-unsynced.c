/*
 * Remembers what every write to files below LOSE_UNSYNCED_DIR replaced, until the file is synced, so that a kill can be made
 * to look like a power cut: what was written and not synced is taken back afterwards (support/unsynced.ts).
 * Use: LD_PRELOAD=lose-unsynced.so LOSE_UNSYNCED_DIR=... LOSE_UNSYNCED_LOG=FOLDER. Directory entries count as durable at once.
 * A log record is: kind u32 (1 write, 2 sync), path length u32, old length u64, offset u64, old size u64, path, old bytes.
 * For a sync, offset is the length of the log when it began: only writes before that are safe.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int logfd = -1;
static pid_t logpid;
static uint64_t logged;

struct header { uint32_t kind, pathlen; uint64_t oldlen, offset, oldsize; };

static int watched(int fd, char *path) {
  static __thread int inside;
  const char *dir = getenv("LOSE_UNSYNCED_DIR");
  char name[64];
  ssize_t n;
  if (dir == NULL || inside) return 0;
  inside = 1;
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  n = readlink(name, path, PATH_MAX - 1);
  inside = 0;
  if (n <= 0) return 0;
  path[n] = 0;
  return strncmp(path, dir, strlen(dir)) == 0;
}

static void raw(const void *bytes, size_t length) {
  while (length > 0) {
    ssize_t n = syscall(SYS_write, logfd, bytes, length);
    if (n <= 0) _exit(97);
    bytes = (const char *)bytes + n;
    length -= (size_t)n;
    logged += (uint64_t)n;
  }
}

static void open_log(void) {
  char name[PATH_MAX];
  if (logfd >= 0 && logpid == getpid()) return;
  logpid = getpid();
  snprintf(name, sizeof name, "%s/%d.undo", getenv("LOSE_UNSYNCED_LOG"), (int)logpid);
  logfd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (logfd < 0) _exit(98);
  logged = 0;
}

/* Called under the lock, before the write happens. */
static void remember(int fd, const char *path, uint64_t offset, uint64_t length) {
  struct stat st;
  struct header h;
  char *old = NULL;
  ssize_t n = 0;
  int reader;
  open_log();
  if (fstat(fd, &st) != 0) return;
  if (offset < (uint64_t)st.st_size && length > 0) {
    if (offset + length > (uint64_t)st.st_size) length = (uint64_t)st.st_size - offset;
    old = malloc(length);
    reader = open(path, O_RDONLY | O_CLOEXEC);
    if (reader >= 0) {
      n = syscall(SYS_pread64, reader, old, length, offset);
      close(reader);
    }
    if (n < 0) n = 0;
  }
  h = (struct header){1, (uint32_t)strlen(path), (uint64_t)n, offset, (uint64_t)st.st_size};
  raw(&h, sizeof h);
  raw(path, h.pathlen);
  if (n > 0) raw(old, (size_t)n);
  free(old);
}

static uint64_t where(int fd) {
  struct stat st;
  if ((fcntl(fd, F_GETFL) & O_APPEND) != 0 && fstat(fd, &st) == 0) return (uint64_t)st.st_size;
  return (uint64_t)lseek(fd, 0, SEEK_CUR);
}

static size_t total(const struct iovec *iov, int count) {
  size_t sum = 0;
  for (int i = 0; i < count; i++) sum += iov[i].iov_len;
  return sum;
}

#define GUARDED(fd, offset, length, call)                 \
  char path[PATH_MAX];                                    \
  if (!watched(fd, path)) return call;                    \
  pthread_mutex_lock(&lock);                              \
  remember(fd, path, (uint64_t)(offset), (uint64_t)(length)); \
  ssize_t result = call;                                  \
  int kept = errno;                                       \
  pthread_mutex_unlock(&lock);                            \
  errno = kept;                                           \
  return result;

ssize_t write(int fd, const void *b, size_t n) { GUARDED(fd, where(fd), n, syscall(SYS_write, fd, b, n)) }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { GUARDED(fd, o, n, syscall(SYS_pwrite64, fd, b, n, o)) }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { GUARDED(fd, o, n, syscall(SYS_pwrite64, fd, b, n, o)) }
ssize_t writev(int fd, const struct iovec *v, int c) { GUARDED(fd, where(fd), total(v, c), syscall(SYS_writev, fd, v, c)) }
ssize_t pwritev(int fd, const struct iovec *v, int c, off_t o) { GUARDED(fd, o, total(v, c), syscall(SYS_pwritev, fd, v, c, o, 0)) }
ssize_t pwritev64(int fd, const struct iovec *v, int c, off64_t o) { GUARDED(fd, o, total(v, c), syscall(SYS_pwritev, fd, v, c, o, 0)) }
int ftruncate(int fd, off_t n) { GUARDED(fd, n, INT64_MAX / 4, (int)syscall(SYS_ftruncate, fd, n)) }
int ftruncate64(int fd, off64_t n) { GUARDED(fd, n, INT64_MAX / 4, (int)syscall(SYS_ftruncate, fd, n)) }

static int synced(int fd, long number) {
  char path[PATH_MAX];
  uint64_t before = 0;
  int mine = watched(fd, path), result;
  if (mine) {
    pthread_mutex_lock(&lock);
    open_log();
    before = logged;
    pthread_mutex_unlock(&lock);
  }
  result = (int)syscall(number, fd);
  if (mine && result == 0) {
    struct header h = {2, (uint32_t)strlen(path), 0, before, 0};
    pthread_mutex_lock(&lock);
    raw(&h, sizeof h);
    raw(path, h.pathlen);
    pthread_mutex_unlock(&lock);
  }
  return result;
}

int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }
