#include "CMalloc.h"

// A dashboard runs for weeks and frees most of what it takes within a second, on a dozen threads. glibc keeps
// some hundred freed pieces for each thread, which pin a page each: its memory grows for an hour. Here all
// threads share one heap, keep four pieces of a size at most, and what nobody has used for a second goes back.
const char *malloc_conf =
    "narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0,"
    "lg_tcache_max:10,tcache_nslots_small_min:1,tcache_nslots_small_max:4,tcache_nslots_large:1";
