/// Says what the thread sanitizer is to pass over; see suppressions.c.
const char *__tsan_default_suppressions(void);
