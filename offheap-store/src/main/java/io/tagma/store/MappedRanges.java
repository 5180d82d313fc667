package io.tagma.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which part of a file lies where in this process's memory, as Linux tells in {@code /proc/self/maps}. Owned by one thread. On other
 * systems it knows nothing.
 */
final class MappedRanges {
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final int HEX = 16;

    private Path file;
    private List<Range> ranges = List.of();

    MappedRanges(final Path file) {
        this.file = file;
    }

    private record Range(long start, long end, long offset) {}

    /** The file was given another name; what is mapped of it stays where it is. */
    void renamed(final Path name) {
        file = name;
    }

    /** Offset in the file of what is mapped at an address, -1 when it is not of this file, or not known. */
    long offset(final long address) {
        final long known = find(address);
        if (known >= 0) {
            return known;
        }
        load(); // the map may have grown by another part
        return find(address);
    }

    private long find(final long address) {
        for (int i = 0; i < ranges.size(); i++) {
            final Range range = ranges.get(i);
            if (address >= range.start && address < range.end) {
                return address - range.start + range.offset;
            }
        }
        return -1;
    }

    private void load() {
        final List<Range> found = new ArrayList<>();
        try {
            final String path = file.toRealPath().toString();
            for (final String line :
                    Files.readString(MAPS, StandardCharsets.UTF_8).split("\n", -1)) {
                // start-end perms offset device inode path
                final String[] fields = line.split(" +", 6);
                if (fields.length == 6 && fields[5].equals(path)) {
                    final int dash = fields[0].indexOf('-');
                    found.add(new Range(
                            Long.parseUnsignedLong(fields[0].substring(0, dash), HEX),
                            Long.parseUnsignedLong(fields[0].substring(dash + 1), HEX),
                            Long.parseUnsignedLong(fields[2], HEX)));
                }
            }
        } catch (IOException ignored) {
            // no such file system here: nothing is known
        }
        ranges = found;
    }
}
