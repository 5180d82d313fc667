/* Reads a Tagma shard's profile rows from their two files, also while the engine writes them. C11, header only.
 *
 *     tagma_rows rows;
 *     if (tagma_rows_open(&rows, "DIR/profiles/shard-0.dat") != TAGMA_ROWS_OK) { ... }
 *     float floats[16];
 *     int code = tagma_rows_read(&rows, subject, floats, NULL);
 *     tagma_rows_close(&rows);
 *
 * What is read is one version of a row: its sequence was even and the same before and after the copy, and checksum and digest
 * agree. One thread per tagma_rows. Rows of a launch after the open need another. Little-endian machines with 8-byte atomic loads.
 * Layouts: docs/layouts/profile-row.md and docs/layouts/row-directory.md.
 */
#ifndef TAGMA_ROWS_H
#define TAGMA_ROWS_H

/* With -std=c11 the system's headers leave POSIX out unless it is asked for before the first of them. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef O_CLOEXEC /* another header came first */
#define O_CLOEXEC 0
#endif

enum {
    TAGMA_ROWS_OK = 0,
    TAGMA_ROWS_MISSING = -1,  /* no such row */
    TAGMA_ROWS_BUSY = -2,     /* it changed under every attempt, or its owner was killed in the middle of an update */
    TAGMA_ROWS_DAMAGED = -3,  /* checksum or digest disagree */
    TAGMA_ROWS_IO = -4,       /* a file cannot be opened or mapped; errno says why */
    TAGMA_ROWS_FORMAT = -5    /* of another kind or version */
};

#define TAGMA_ROWS_HEADER 64
#define TAGMA_ROWS_MAGIC 0x32524754u           /* "TGR2" */
#define TAGMA_ROWS_DIRECTORY_MAGIC 0x31444754u /* "TGD1" */
#define TAGMA_ROWS_ATTEMPTS 10000
#define TAGMA_ROWS_GOLDEN 0x9e3779b97f4a7c15ull

typedef struct {
    int64_t sequence;
    int32_t layout_version;
    int64_t updated_ns;
    int32_t owner;
    uint64_t digest;
} tagma_row_header;

typedef struct {
    const unsigned char *map;
    const unsigned char *directory;
    size_t map_length;
    size_t directory_length;
    int32_t dimension;
    int64_t seen;      /* entries of the directory that are in the index */
    int64_t *index;    /* pairs of subject and offset + 1, open addressing */
    size_t places;     /* a power of two, twice the directory's capacity or more */
    uint64_t *keys;    /* of the digest, one for two floats */
    unsigned char *copy;
    uint32_t crc_table[256];
} tagma_rows;

static inline uint64_t tagma_rows_mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

static inline int64_t tagma_rows_i64(const unsigned char *at) {
    int64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline int32_t tagma_rows_i32(const unsigned char *at) {
    int32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline const unsigned char *tagma_rows_map(const char *path, size_t *length) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return NULL;
    }
    struct stat status;
    void *mapped = MAP_FAILED;
    if (fstat(file, &status) == 0 && status.st_size > 0) {
        *length = (size_t) status.st_size;
        mapped = mmap(NULL, *length, PROT_READ, MAP_SHARED, file, 0);
    }
    close(file);
    return mapped == MAP_FAILED ? NULL : (const unsigned char *) mapped;
}

static inline void tagma_rows_close(tagma_rows *rows) {
    if (rows->map != NULL) {
        munmap((void *) (uintptr_t) rows->map, rows->map_length);
    }
    if (rows->directory != NULL) {
        munmap((void *) (uintptr_t) rows->directory, rows->directory_length);
    }
    free(rows->index);
    free(rows->keys);
    free(rows->copy);
    memset(rows, 0, sizeof *rows);
}

static inline int tagma_rows_prepare(tagma_rows *rows) {
    if (rows->directory_length < TAGMA_ROWS_HEADER
            || (uint32_t) tagma_rows_i32(rows->directory) != TAGMA_ROWS_DIRECTORY_MAGIC
            || tagma_rows_i32(rows->directory + 4) != 1) {
        return TAGMA_ROWS_FORMAT;
    }
    rows->dimension = tagma_rows_i32(rows->directory + 8);
    const int64_t capacity = tagma_rows_i64(rows->directory + 16);
    rows->places = 16;
    while (rows->places < 2 * (size_t) capacity) {
        rows->places *= 2;
    }
    const size_t pairs = ((size_t) rows->dimension + 1) / 2;
    rows->index = (int64_t *) calloc(2 * rows->places, sizeof(int64_t));
    rows->keys = (uint64_t *) malloc((pairs + 1) * sizeof(uint64_t));
    rows->copy = (unsigned char *) malloc(TAGMA_ROWS_HEADER + 4 * (size_t) rows->dimension);
    if (rows->index == NULL || rows->keys == NULL || rows->copy == NULL) {
        return TAGMA_ROWS_IO;
    }
    uint64_t state = 0x7461676d615f4e48ull;
    for (size_t i = 0; i < pairs; i++) {
        state += TAGMA_ROWS_GOLDEN;
        rows->keys[i] = tagma_rows_mix(state);
    }
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t crc = n;
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78u : 0);
        }
        rows->crc_table[n] = crc;
    }
    return TAGMA_ROWS_OK;
}

/* Opens the rows of a map's file; its directory lies beside it. */
static inline int tagma_rows_open(tagma_rows *rows, const char *map_file) {
    memset(rows, 0, sizeof *rows);
    char *directory = (char *) malloc(strlen(map_file) + sizeof ".rows");
    if (directory == NULL) {
        return TAGMA_ROWS_IO;
    }
    sprintf(directory, "%s.rows", map_file);
    rows->map = tagma_rows_map(map_file, &rows->map_length);
    rows->directory = tagma_rows_map(directory, &rows->directory_length);
    free(directory);
    const int code = rows->map == NULL || rows->directory == NULL ? TAGMA_ROWS_IO : tagma_rows_prepare(rows);
    if (code != TAGMA_ROWS_OK) {
        tagma_rows_close(rows);
    }
    return code;
}

static inline size_t tagma_rows_place(const tagma_rows *rows, int64_t subject) {
    size_t place = (size_t) tagma_rows_mix((uint64_t) subject) & (rows->places - 1);
    while (rows->index[2 * place + 1] != 0 && rows->index[2 * place] != subject) {
        place = (place + 1) & (rows->places - 1);
    }
    return place;
}

static inline void tagma_rows_refresh(tagma_rows *rows) {
    const int64_t count = atomic_load_explicit(
            (const _Atomic int64_t *) (const void *) (rows->directory + 24), memory_order_acquire);
    for (; rows->seen < count; rows->seen++) {
        const unsigned char *entry = rows->directory + TAGMA_ROWS_HEADER + 16 * rows->seen;
        const int64_t subject = tagma_rows_i64(entry);
        const size_t place = tagma_rows_place(rows, subject);
        rows->index[2 * place] = subject;
        rows->index[2 * place + 1] = tagma_rows_i64(entry + 8) + 1;
    }
}

static inline uint64_t tagma_rows_digest(const tagma_rows *rows, int64_t subject, const unsigned char *floats) {
    uint64_t sum = 0;
    for (int32_t i = 0; i < rows->dimension; i += 2) {
        const uint64_t key = rows->keys[i >> 1];
        const uint32_t first = (uint32_t) tagma_rows_i32(floats + 4 * (size_t) i);
        const uint32_t second = i + 1 < rows->dimension ? (uint32_t) tagma_rows_i32(floats + 4 * (size_t) i + 4) : 0;
        sum += (uint64_t) (uint32_t) (first + (uint32_t) key) * (uint32_t) (second + (uint32_t) (key >> 32));
    }
    return tagma_rows_mix(
            sum ^ tagma_rows_mix((uint64_t) subject + (uint64_t) rows->dimension * TAGMA_ROWS_GOLDEN));
}

static inline int tagma_rows_check(const tagma_rows *rows, int64_t subject) {
    const unsigned char *row = rows->copy;
    const unsigned char *floats = row + TAGMA_ROWS_HEADER;
    if ((uint32_t) tagma_rows_i32(row + 48) != TAGMA_ROWS_MAGIC || tagma_rows_i64(row + 40) != subject) {
        return TAGMA_ROWS_MISSING;
    }
    uint32_t crc = 0xffffffffu;
    for (int i = 8; i < TAGMA_ROWS_HEADER; i++) {
        const unsigned char byte = i >= 24 && i < 28 ? 0 : row[i];
        crc = (crc >> 8) ^ rows->crc_table[(crc ^ byte) & 0xff];
    }
    if ((crc ^ 0xffffffffu) != (uint32_t) tagma_rows_i32(row + 24) || tagma_rows_i32(row + 12) != rows->dimension) {
        return TAGMA_ROWS_DAMAGED;
    }
    const uint64_t stored = (uint64_t) tagma_rows_i64(row + 32);
    if (stored != 0) {
        return stored == tagma_rows_digest(rows, subject, floats) ? TAGMA_ROWS_OK : TAGMA_ROWS_DAMAGED;
    }
    for (int32_t i = 0; i < rows->dimension; i++) {
        if (tagma_rows_i32(floats + 4 * (size_t) i) != 0) {
            return TAGMA_ROWS_DAMAGED;
        }
    }
    return TAGMA_ROWS_OK;
}

/* Copies one version of a subject's row.
 *
 * floats: takes dimension floats; header: takes the header's fields, or NULL. Both are written for TAGMA_ROWS_OK only.
 */
static inline int tagma_rows_read(tagma_rows *rows, int64_t subject, float *floats, tagma_row_header *header) {
    size_t place = tagma_rows_place(rows, subject);
    if (rows->index[2 * place + 1] == 0) {
        tagma_rows_refresh(rows);
        place = tagma_rows_place(rows, subject);
        if (rows->index[2 * place + 1] == 0) {
            return TAGMA_ROWS_MISSING;
        }
    }
    const size_t offset = (size_t) (rows->index[2 * place + 1] - 1);
    const size_t length = TAGMA_ROWS_HEADER + 4 * (size_t) rows->dimension;
    if (offset + length > rows->map_length) {
        return TAGMA_ROWS_DAMAGED;
    }
    const unsigned char *row = rows->map + offset;
    const _Atomic int64_t *sequence = (const _Atomic int64_t *) (const void *) row;
    for (int attempt = 0; attempt < TAGMA_ROWS_ATTEMPTS; attempt++) {
        const int64_t before = atomic_load_explicit(sequence, memory_order_acquire);
        if (before == 0 || (before & 1) != 0) {
            continue;
        }
        memcpy(rows->copy, row, length);
        atomic_thread_fence(memory_order_acquire); /* the copy's loads stay before the second look */
        if (atomic_load_explicit(sequence, memory_order_relaxed) != before) {
            continue;
        }
        const int code = tagma_rows_check(rows, subject);
        if (code == TAGMA_ROWS_OK) {
            memcpy(floats, rows->copy + TAGMA_ROWS_HEADER, 4 * (size_t) rows->dimension);
            if (header != NULL) {
                header->sequence = before;
                header->layout_version = tagma_rows_i32(rows->copy + 8);
                header->updated_ns = tagma_rows_i64(rows->copy + 16);
                header->owner = tagma_rows_i32(rows->copy + 28);
                header->digest = (uint64_t) tagma_rows_i64(rows->copy + 32);
            }
        }
        return code;
    }
    return TAGMA_ROWS_BUSY;
}

#endif
