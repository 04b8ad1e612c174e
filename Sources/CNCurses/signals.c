#define _GNU_SOURCE
#include "CNCurses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const int caught[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT};
static struct sigaction caught_before[COUNT(caught)];
static int signal_pipe[2] = {-1, -1};

static void on_signal(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  if (write(signal_pipe[1], &byte, 1) < 0) errno = saved;  // a full pipe wakes as well
  errno = saved;
}

int cnc_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK); }

int cnc_catch_signals(void) {
  if (signal_pipe[0] < 0 && cnc_pipe(signal_pipe) < 0) return -1;
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < COUNT(caught); i++) {
    sigaction(caught[i], NULL, &caught_before[i]);
    int may_stay_ignored = caught[i] == SIGHUP || caught[i] == SIGTSTP;
    if (may_stay_ignored && caught_before[i].sa_handler == SIG_IGN) continue;
    sigaction(caught[i], &action, NULL);
  }
  return signal_pipe[0];
}

void cnc_release_signals(void) {
  for (size_t i = 0; i < COUNT(caught); i++) sigaction(caught[i], &caught_before[i], NULL);
}

// A Swift trap is SIGILL or SIGTRAP. These are guarded whoever handles them.
static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT, SIGSYS};
// What can't be handled, and what does not end a process that does nothing about it.
static const int harmless[] = {SIGKILL, SIGSTOP, SIGCHLD, SIGCONT, SIGTSTP, SIGTTIN, SIGTTOU,
                               SIGURG,  SIGWINCH};
static struct sigaction before_guard[_NSIG];
static int has_guard[_NSIG];
static char alternate_stack[64 * 1024];  // for a stack that has overflowed

static atomic_int is_guarded;
static int guard_terminal;
static char guard_restore[512];
static size_t guard_restore_count;
static struct termios guard_modes;
static int guard_log;

static void write_all(int fd, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(fd, bytes, count);
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

// Only calls that are safe in a signal handler.
static void give_back(void) {
  if (atomic_exchange(&is_guarded, 0) == 0) return;
  tcflush(guard_terminal, TCOFLUSH);
  write_all(guard_terminal, guard_restore, guard_restore_count);
  tcsetattr(guard_terminal, TCSANOW, &guard_modes);
  struct stat status;
  if (guard_log < 0 || fstat(guard_log, &status) < 0) return;
  char tail[2048];
  off_t start = status.st_size > (off_t)sizeof tail ? status.st_size - (off_t)sizeof tail : 0;
  ssize_t count = pread(guard_log, tail, sizeof tail, start);
  if (count > 0) write_all(guard_terminal, tail, (size_t)count);
}

static void on_end(int number) {
  give_back();
  signal(number, SIG_DFL);
  raise(number);
}

static int is_among(const int *numbers, size_t count, int number) {
  for (size_t i = 0; i < count; i++) {
    if (numbers[i] == number) return 1;
  }
  return 0;
}

void cnc_guard(
  int terminal, const void *restore, long count, const struct termios *modes, int log) {
  static int is_registered;
  if (!is_registered) is_registered = atexit(give_back) == 0;
  guard_terminal = terminal;
  guard_restore_count = (size_t)count < sizeof guard_restore ? (size_t)count : 0;
  memcpy(guard_restore, restore, guard_restore_count);
  guard_modes = *modes;
  guard_log = log;
  stack_t stack = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = on_end, .sa_flags = SA_ONSTACK | SA_NODEFER};
  for (int number = 1; number < _NSIG; number++) {
    has_guard[number] = 0;
    if (is_among(harmless, COUNT(harmless), number)) continue;
    if (sigaction(number, NULL, &before_guard[number]) < 0) continue;
    int ends = before_guard[number].sa_handler == SIG_DFL;
    if (!ends && !is_among(crashes, COUNT(crashes), number)) continue;
    has_guard[number] = sigaction(number, &action, NULL) == 0;
  }
  atomic_store(&is_guarded, 1);
}

int cnc_unguard(void) {
  int was_guarded = atomic_exchange(&is_guarded, 0);
  if (was_guarded) {
    for (int number = 1; number < _NSIG; number++) {
      if (has_guard[number]) sigaction(number, &before_guard[number], NULL);
    }
  }
  return was_guarded;
}
