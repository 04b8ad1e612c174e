/* Logs what a program writes to the files of one folder and when it has them synced: preload it, with WRITES_FOLDER
   and WRITES_LOG. A record is a header and, for writes, a path and bytes:

     kind: 1 byte   path: 2 bytes   pid: 4 bytes   offset: 8 bytes   length: 8 bytes   (little-endian, packed)

   w write (offset, length, bytes), t truncate (offset is the new size), b and e begin and end of a sync (offset is its
   number), u unlink. A lock is held while something is written and logged, so the log has the order of what happened;
   what is written after a sync began is not part of it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int log_file = -1;
static const char *folder;
static size_t folder_length;
static uint64_t syncs;

struct __attribute__((packed)) header { char kind; uint16_t path; uint32_t pid; uint64_t offset, length; };

static void begin(void) {
  folder = getenv("WRITES_FOLDER");
  const char *log = getenv("WRITES_LOG");
  if (!folder || !log) return;
  folder_length = strlen(folder);
  log_file = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* The name within the folder of an open file, "." for the folder; 0 for others and for removed ones. */
static size_t name(int fd, char *path, size_t size) {
  pthread_once(&once, begin);
  if (log_file < 0) return 0;
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, size - 1);
  if (length > 0 && (size_t)length + 1 == folder_length && !memcmp(path, folder, length))
    return strlen(strcpy(path, "."));
  if (length <= (ssize_t)folder_length || memcmp(path, folder, folder_length)) return 0;
  path[length] = 0;
  if (strstr(path, " (deleted)")) return 0;
  memmove(path, path + folder_length, length - folder_length + 1);
  return length - folder_length;
}

static void record(char kind, const char *path, uint64_t offset, const void *bytes, uint64_t length) {
  struct header header = {kind, strlen(path), getpid(), offset, length};
  struct iovec parts[3] = {{&header, sizeof header}, {(void *)path, header.path}, {(void *)bytes, bytes ? length : 0}};
  if (writev(log_file, parts, 3) < 0) abort();
}

static void lock(void) { pthread_mutex_lock(&mutex); flock(log_file, LOCK_EX); }
static void unlock(void) { flock(log_file, LOCK_UN); pthread_mutex_unlock(&mutex); }

#define REAL(function) \
  static __typeof__(&function) real; \
  if (!real) real = (__typeof__(&function))dlsym(RTLD_NEXT, #function)

#define PWRITE(function) \
  ssize_t function(int fd, const void *bytes, size_t count, off_t offset) { \
    REAL(function); \
    char path[4096]; \
    if (!name(fd, path, sizeof path)) return real(fd, bytes, count, offset); \
    lock(); \
    ssize_t written = real(fd, bytes, count, offset); \
    if (written > 0) record('w', path, offset, bytes, written); \
    unlock(); \
    return written; \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(write);
  char path[4096];
  if (!name(fd, path, sizeof path)) return real(fd, bytes, count);
  lock();
  off_t offset = lseek(fd, 0, SEEK_CUR);
  ssize_t written = real(fd, bytes, count);
  if (written > 0) record('w', path, offset, bytes, written);
  unlock();
  return written;
}

#define TRUNCATE(function) \
  int function(int fd, off_t size) { \
    REAL(function); \
    char path[4096]; \
    if (!name(fd, path, sizeof path)) return real(fd, size); \
    lock(); \
    int result = real(fd, size); \
    if (!result) record('t', path, size, 0, 0); \
    unlock(); \
    return result; \
  }
TRUNCATE(ftruncate)
TRUNCATE(ftruncate64)

#define SYNC(function) \
  int function(int fd) { \
    REAL(function); \
    char path[4096]; \
    if (!name(fd, path, sizeof path)) return real(fd); \
    lock(); \
    uint64_t number = ++syncs; \
    record('b', path, number, 0, 0); \
    unlock(); \
    int result = real(fd); \
    lock(); \
    if (!result) record('e', path, number, 0, 0); \
    unlock(); \
    return result; \
  }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *file) {
  REAL(unlink);
  pthread_once(&once, begin);
  if (log_file < 0 || strncmp(file, folder, folder_length)) return real(file);
  lock();
  int result = real(file);
  if (!result) record('u', file + folder_length, 0, 0, 0);
  unlock();
  return result;
}
