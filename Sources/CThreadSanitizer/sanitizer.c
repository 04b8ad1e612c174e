// Read by the thread sanitizer when it starts; without it, nobody calls this.
//
// It does not understand the lock inside the standard library's Mutex on Linux, and reports whatever
// two threads do under one: a program that only counts in a Mutex<[Int: Int]> is enough. Accesses
// inside the closure of withLock are therefore not judged (its `inout sending` parameter shows in the
// mangled name). They can't race: the type lets nobody reach the value in any other way.
const char *__tsan_default_suppressions(void) {
  return "race:zYuKYTXEfU\n"
         "race:zYuYTXEfU\n";
}
