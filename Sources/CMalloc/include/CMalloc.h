#ifndef PLAYHEAD_CMALLOC_H
#define PLAYHEAD_CMALLOC_H

/// How jemalloc, which takes the place of malloc, is set up; it looks for this name.
extern const char *malloc_conf;

#endif
