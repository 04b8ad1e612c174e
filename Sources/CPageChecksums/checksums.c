#include "CPageChecksums.h"

#include <sqlite3.h>
#include <string.h>

// A layer between SQLite and its usual files. SQLite leaves the end of each page to it; what it does with a page
// is in `readBytes` and `writeBytes`, and all else is handed on.
//
// Pages in the log (-wal) have SQLite's own checksums, so that only the main file goes through this layer: pages
// get theirs when a checkpoint brings them to it.
//
// Source: SQLite's "The Checksum VFS Shim", which does the same with a weaker sum that knows nothing of where a
// page belongs.

typedef struct {
  sqlite3_file base;
  /// Whether the database has room for checksums. A header that was damaged later can't say otherwise: the room
  /// never shrinks.
  int isChecked;
} CheckedFile;

/// SQLite has no place for it in its error, which the same thread gets.
static _Thread_local uint32_t damagedPage;

uint32_t playhead_take_damaged_page(void) {
  uint32_t number = damagedPage;
  damagedPage = 0;
  return number;
}

static sqlite3_vfs *usual(void);

static sqlite3_file *below(sqlite3_file *file) {
  return (sqlite3_file *)((CheckedFile *)file + 1);
}

// MARK: - Checksums

static const uint64_t prime1 = 0x9E3779B185EBCA87u;
static const uint64_t prime2 = 0xC2B2AE3D27D4EB4Fu;
static const uint64_t prime3 = 0x165667B19E3779F9u;
static const uint64_t prime4 = 0x85EBCA77C2B2AE63u;

static inline uint64_t rotated(uint64_t value, int bits) {
  return value << bits | value >> (64 - bits);
}

static inline uint64_t word(const unsigned char *bytes) {
  uint64_t value;
  memcpy(&value, bytes, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap64(value);
#endif
  return value;
}

static inline uint64_t mixed(uint64_t sum, uint64_t value) {
  return rotated(sum + value * prime2, 31) * prime1;
}

uint64_t playhead_page_checksum(const void *page, size_t size, uint32_t number) {
  const unsigned char *bytes = page;
  const unsigned char *end = bytes + size - 8;
  uint64_t sum1 = number + prime1 + prime2;
  uint64_t sum2 = number + prime2;
  uint64_t sum3 = number;
  uint64_t sum4 = number - prime1;
  for (; end - bytes >= 32; bytes += 32) {
    sum1 = mixed(sum1, word(bytes));
    sum2 = mixed(sum2, word(bytes + 8));
    sum3 = mixed(sum3, word(bytes + 16));
    sum4 = mixed(sum4, word(bytes + 24));
  }
  uint64_t hash = rotated(sum1, 1) + rotated(sum2, 7) + rotated(sum3, 12) + rotated(sum4, 18);
  hash = (hash ^ mixed(0, sum1)) * prime1 + prime4;
  hash = (hash ^ mixed(0, sum2)) * prime1 + prime4;
  hash = (hash ^ mixed(0, sum3)) * prime1 + prime4;
  hash = (hash ^ mixed(0, sum4)) * prime1 + prime4;
  hash += size - 8;
  for (; bytes < end; bytes += 8) {
    hash = rotated(hash ^ mixed(0, word(bytes)), 27) * prime1 + prime4;
  }
  hash = (hash ^ hash >> 33) * prime2;
  hash = (hash ^ hash >> 29) * prime3;
  return hash ^ hash >> 32;
}

/// Notes whether the database has room for checksums, if these are the first bytes of its first page.
static void noteHeader(CheckedFile *file, const unsigned char *bytes, int count, sqlite3_int64 offset) {
  if (offset != 0 || count < 100 || memcmp(bytes, "SQLite format 3", 16) != 0) return;
  if (bytes[20] == playhead_checksum_size) file->isChecked = 1;
}

/// Whether these are the bytes of a page that has a checksum. SQLite reads and writes whole pages, but for parts
/// of the first one, all of them shorter than the shortest page.
static int isCheckedPage(const CheckedFile *file, int count, sqlite3_int64 offset) {
  return file->isChecked && count >= 512 && offset % count == 0;
}

static int readBytes(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
  CheckedFile *checked = (CheckedFile *)file;
  int code = below(file)->pMethods->xRead(below(file), bytes, count, offset);
  // Of EIO SQLite makes this, and of this, while it runs a statement, that the file is damaged.
  if (code == SQLITE_IOERR_CORRUPTFS) return SQLITE_IOERR_READ;
  if (code != SQLITE_OK) return code;
  noteHeader(checked, bytes, count, offset);
  if (!isCheckedPage(checked, count, offset)) return SQLITE_OK;
  uint32_t number = (uint32_t)(offset / count) + 1;
  if (playhead_page_checksum(bytes, count, number) == word((unsigned char *)bytes + count - 8)) {
    return SQLITE_OK;
  }
  damagedPage = number;
  return playhead_checksum_mismatch;
}

static int writeBytes(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
  CheckedFile *checked = (CheckedFile *)file;
  noteHeader(checked, bytes, count, offset);
  if (isCheckedPage(checked, count, offset)) {
    uint64_t sum = playhead_page_checksum(bytes, count, (uint32_t)(offset / count) + 1);
    // The bytes are a page of SQLite's cache, or of its checkpoint, whose end it leaves to us.
    unsigned char *end = (unsigned char *)bytes + count - 8;
    for (int index = 0; index < 8; index++) end[index] = (unsigned char)(sum >> 8 * index);
  }
  return below(file)->pMethods->xWrite(below(file), bytes, count, offset);
}

// MARK: - What is handed on

static int closeFile(sqlite3_file *file) { return below(file)->pMethods->xClose(below(file)); }

static int truncateFile(sqlite3_file *file, sqlite3_int64 size) {
  return below(file)->pMethods->xTruncate(below(file), size);
}

static int syncFile(sqlite3_file *file, int flags) {
  return below(file)->pMethods->xSync(below(file), flags);
}

static int fileSize(sqlite3_file *file, sqlite3_int64 *size) {
  return below(file)->pMethods->xFileSize(below(file), size);
}

static int lockFile(sqlite3_file *file, int lock) {
  return below(file)->pMethods->xLock(below(file), lock);
}

static int unlockFile(sqlite3_file *file, int lock) {
  return below(file)->pMethods->xUnlock(below(file), lock);
}

static int checkReservedLock(sqlite3_file *file, int *isReserved) {
  return below(file)->pMethods->xCheckReservedLock(below(file), isReserved);
}

static int fileControl(sqlite3_file *file, int operation, void *argument) {
  return below(file)->pMethods->xFileControl(below(file), operation, argument);
}

static int sectorSize(sqlite3_file *file) { return below(file)->pMethods->xSectorSize(below(file)); }

static int deviceCharacteristics(sqlite3_file *file) {
  return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

static int mapShared(sqlite3_file *file, int region, int size, int extends, void volatile **start) {
  return below(file)->pMethods->xShmMap(below(file), region, size, extends, start);
}

static int lockShared(sqlite3_file *file, int offset, int count, int flags) {
  return below(file)->pMethods->xShmLock(below(file), offset, count, flags);
}

static void orderShared(sqlite3_file *file) { below(file)->pMethods->xShmBarrier(below(file)); }

static int unmapShared(sqlite3_file *file, int isDeleted) {
  return below(file)->pMethods->xShmUnmap(below(file), isDeleted);
}

// Version 2 has no memory mapping of the file, past which pages would be read unseen.
#define METHODS(map, lock, order, unmap)                                                                             \
  {                                                                                                                  \
    2, closeFile, readBytes, writeBytes, truncateFile, syncFile, fileSize, lockFile, unlockFile, checkReservedLock,  \
        fileControl, sectorSize, deviceCharacteristics, map, lock, order, unmap, 0, 0                                \
  }

static const sqlite3_io_methods sharingMethods = METHODS(mapShared, lockShared, orderShared, unmapShared);
/// Where the usual file has no shared memory, as on a disk that can't be written to.
static const sqlite3_io_methods otherMethods = METHODS(0, 0, 0, 0);

static int openFile(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *outFlags) {
  if (!(flags & SQLITE_OPEN_MAIN_DB)) return usual()->xOpen(usual(), name, file, flags, outFlags);
  memset(file, 0, sizeof(CheckedFile));
  int code = usual()->xOpen(usual(), name, below(file), flags, outFlags);
  // SQLite closes a file whose methods are set, whatever is returned here.
  if (!below(file)->pMethods) return code;
  // Of a copy that SQLite makes, pages may be written before the first, which would say so.
  ((CheckedFile *)file)->isChecked = sqlite3_uri_boolean(name, "checksums", 0);
  int canShare = below(file)->pMethods->iVersion >= 2 && below(file)->pMethods->xShmMap;
  file->pMethods = canShare ? &sharingMethods : &otherMethods;
  return code;
}

static int deleteFile(sqlite3_vfs *vfs, const char *name, int isSynced) {
  return usual()->xDelete(usual(), name, isSynced);
}

static int accessFile(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
  return usual()->xAccess(usual(), name, flags, result);
}

static int fullPathname(sqlite3_vfs *vfs, const char *name, int count, char *result) {
  return usual()->xFullPathname(usual(), name, count, result);
}

static void *openLibrary(sqlite3_vfs *vfs, const char *name) { return usual()->xDlOpen(usual(), name); }

static void libraryError(sqlite3_vfs *vfs, int count, char *text) {
  usual()->xDlError(usual(), count, text);
}

static void (*librarySymbol(sqlite3_vfs *vfs, void *library, const char *name))(void) {
  return usual()->xDlSym(usual(), library, name);
}

static void closeLibrary(sqlite3_vfs *vfs, void *library) { usual()->xDlClose(usual(), library); }

static int randomBytes(sqlite3_vfs *vfs, int count, char *bytes) {
  return usual()->xRandomness(usual(), count, bytes);
}

static int pauseFor(sqlite3_vfs *vfs, int microseconds) {
  return usual()->xSleep(usual(), microseconds);
}

static int julianDay(sqlite3_vfs *vfs, double *now) { return usual()->xCurrentTime(usual(), now); }

static int lastError(sqlite3_vfs *vfs, int count, char *text) {
  return usual()->xGetLastError(usual(), count, text);
}

static int julianMilliseconds(sqlite3_vfs *vfs, sqlite3_int64 *now) {
  return usual()->xCurrentTimeInt64(usual(), now);
}

static sqlite3_vfs checkedPages = {
    .iVersion = 2,
    .zName = "playhead",
    .xOpen = openFile,
    .xDelete = deleteFile,
    .xAccess = accessFile,
    .xFullPathname = fullPathname,
    .xDlOpen = openLibrary,
    .xDlError = libraryError,
    .xDlSym = librarySymbol,
    .xDlClose = closeLibrary,
    .xRandomness = randomBytes,
    .xSleep = pauseFor,
    .xCurrentTime = julianDay,
    .xGetLastError = lastError,
    .xCurrentTimeInt64 = julianMilliseconds,
};

/// What SQLite used before.
static sqlite3_vfs *usual(void) { return checkedPages.pAppData; }

int playhead_register_page_checksums(void) {
  if (checkedPages.pAppData) return SQLITE_OK;
  sqlite3_vfs *found = sqlite3_vfs_find(0);
  if (!found || found->iVersion < 2) return SQLITE_ERROR;
  checkedPages.pAppData = found;
  checkedPages.szOsFile = (int)sizeof(CheckedFile) + found->szOsFile;
  checkedPages.mxPathname = found->mxPathname;
  return sqlite3_vfs_register(&checkedPages, 1);
}
