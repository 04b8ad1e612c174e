// What the thread sanitizer has to be told of Swift on Linux; without it, this file is empty.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define _GNU_SOURCE
#include <dlfcn.h>

// Swift's runtime tells the sanitizer what happens before what in actors and tasks, once this
// function of its was called. The sanitizer calls it where it is linked dynamically; here it is part
// of the executable, which knows no such symbol, so that actors would look like races.
__attribute__((constructor)) static void tell_runtime_of_sanitizer(void) {
  void (*on_initialize)(void) = (void (*)(void))dlsym(RTLD_DEFAULT, "__tsan_on_initialize");
  if (on_initialize) on_initialize();
}

// It does not understand the lock inside the standard library's Mutex on Linux, and reports whatever
// two threads do under one: a program that only counts in a Mutex<[Int: Int]> is enough. Accesses
// inside the closure of withLock are therefore not judged (its `inout sending` parameter shows in the
// mangled name). They can't race: the type lets nobody reach the value in any other way.
const char *__tsan_default_suppressions(void) {
  return "race:zYuKYTXEfU\n"
         "race:zYuYTXEfU\n";
}
#endif
#endif

// A C file must not be empty.
typedef int cts_unused;
