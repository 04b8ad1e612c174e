#ifndef CPAGECHECKSUMS_H
#define CPAGECHECKSUMS_H

#include <stddef.h>
#include <stdint.h>

/// How many bytes at the end of each page hold its checksum; a database says so in byte 20 of its first page.
static const int playhead_checksum_size = 8;

/// What SQLite says of a page that does not match: an SQLITE_CORRUPT of our own. After an SQLITE_IOERR it would end the
/// transaction, and a check could not go on.
static const int playhead_checksum_mismatch = 11 | 77 << 8;

/// Makes every connection that this process opens from now on write and verify the checksums of pages, in
/// databases that have room for them. Others are read and written as ever.
///
/// Returns what SQLite says. May be called more than once.
int playhead_register_page_checksums(void);

/// The number of the page, from 1, that this thread read last and that did not match its checksum; 0 for none, and
/// when it is asked again.
uint32_t playhead_take_damaged_page(void);

/// The checksum of a page: XXH64 of all but its last eight bytes, with its number, from 1, as the seed.
///
/// Takes a size that is a multiple of eight, and at least 40.
uint64_t playhead_page_checksum(const void *page, size_t size, uint32_t number);

#endif
