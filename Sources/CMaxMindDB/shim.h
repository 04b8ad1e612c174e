#ifndef PLAYHEAD_CMAXMINDDB_SHIM_H
#define PLAYHEAD_CMAXMINDDB_SHIM_H

#include <maxminddb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

// Variadic, and so invisible to Swift: MMDB_get_value.
static inline bool cmaxminddb_read_code(MMDB_entry_s *_Nonnull entry, const char *_Nonnull map,
                                        uint8_t code[_Nonnull 2]) {
    MMDB_entry_data_s data;
    if (MMDB_get_value(entry, &data, map, "iso_code", NULL) != MMDB_SUCCESS || !data.has_data ||
        data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size != 2)
        return false;
    memcpy(code, data.utf8_string, 2);
    return true;
}

// Writes the two letters of the country of an IPv4 address, or of an IPv6 address where `is_ipv6`;
// `address` holds 4 or 16 bytes in network order. Where a network is in no country, it counts as
// being in the one where it is registered.
static inline bool cmaxminddb_country(const MMDB_s *_Nonnull database,
                                      const uint8_t *_Nonnull address, bool is_ipv6,
                                      uint8_t code[_Nonnull 2]) {
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (is_ipv6)
        memcpy(&v6.sin6_addr, address, 16);
    else
        memcpy(&v4.sin_addr, address, 4);
    int status = MMDB_SUCCESS;
    MMDB_lookup_result_s result = MMDB_lookup_sockaddr(
        database, is_ipv6 ? (const struct sockaddr *)&v6 : (const struct sockaddr *)&v4, &status);
    if (status != MMDB_SUCCESS || !result.found_entry)
        return false;
    return cmaxminddb_read_code(&result.entry, "country", code) ||
           cmaxminddb_read_code(&result.entry, "registered_country", code);
}

#endif
