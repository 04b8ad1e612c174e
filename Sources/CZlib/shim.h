#ifndef PLAYHEAD_CZLIB_SHIM_H
#define PLAYHEAD_CZLIB_SHIM_H

#include <zlib.h>

// A macro, and so invisible to Swift: inflateInit2. 32 added to the window's bits means gzip or zlib.
static inline int czlib_inflate_init(z_stream *_Nonnull stream) {
    return inflateInit2(stream, MAX_WBITS + 32);
}

// A macro, and so invisible to Swift: deflateInit2. 16 added to the window's bits means gzip.
static inline int czlib_deflate_init(z_stream *_Nonnull stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, MAX_WBITS + 16, 8,
                        Z_DEFAULT_STRATEGY);
}

#endif
