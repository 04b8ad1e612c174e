/// Says what the thread sanitizer is to pass over; see sanitizer.c.
const char *__tsan_default_suppressions(void);
