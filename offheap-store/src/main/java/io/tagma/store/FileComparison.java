package io.tagma.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds one data file against its sidecar, group by group, and tells a visitor what differs. Owned by one thread; made for one
 * file. A group that the sidecar does not name has to be all zero.
 */
final class FileComparison {
    static final String GROWING = ".cq4";

    private final Path data;
    private final Sidecar sidecar;
    private final Visitor visitor;
    private final BlockGroup group = new BlockGroup();
    private final List<Long> unreadable = new ArrayList<>();

    private FileComparison(final Path data, final Sidecar sidecar, final Visitor visitor) {
        this.data = data;
        this.sidecar = sidecar;
        this.visitor = visitor;
    }

    /** What is done about what differs. */
    interface Visitor {
        /** The file's length differs; called before anything else, and the length may be put right at once. */
        void size(long found, long expected) throws IOException;

        /**
         * Blocks differ.
         *
         * @param bad bit i for block i
         * @param entry what the group should be, null for all zero
         * @return the blocks that differ still
         */
        int blocks(long number, BlockGroup group, int bad, @Nullable Sidecar entry) throws IOException;

        /**
         * A sidecar's entry is damaged.
         *
         * @param number of the group that it is about and whose bytes are known to be right, -1 when that is not known
         */
        void entry(Sidecar entry, long number, BlockGroup group) throws IOException;

        /** A group holds data, and what it should be was lost. */
        void unknown(long number) throws IOException;
    }

    /** Compares; the file must exist. */
    static void run(final Path data, final Sidecar sidecar, final Visitor visitor) throws IOException {
        new FileComparison(data, sidecar, visitor).run(Long.MAX_VALUE);
    }

    /** Compares the first groups alone. */
    static void runHead(final Path data, final Sidecar sidecar, final int groups, final Visitor visitor)
            throws IOException {
        new FileComparison(data, sidecar, visitor).run(groups);
    }

    /** Whether a file is as all that is whole of its sidecar says, and none of it is left to be told by what is not. */
    static boolean agrees(final Path data, final Sidecar sidecar) throws IOException {
        final Difference difference = new Difference();
        run(data, sidecar, difference);
        return !difference.found;
    }

    private void run(final long groups) throws IOException {
        final long found = Files.size(data);
        final long expected = sidecar.size();
        // A queue's file is cut to what it holds when it suits its library: zeros at its end come and go.
        if (expected >= 0 && found != expected && !data.toString().endsWith(GROWING)) {
            visitor.size(found, expected);
        }
        try (FileChannel in = FileChannel.open(data, StandardOpenOption.READ);
                FileExtents extents = FileExtents.open(data)) {
            long from = 0;
            while (sidecar.next()) {
                if (!sidecar.sumsWhole()) {
                    unreadable.add(sidecar.position());
                    continue;
                }
                if (sidecar.group() >= groups) {
                    break;
                }
                between(in, extents, from, sidecar.group());
                named(in);
                from = sidecar.group() + 1;
            }
            between(in, extents, from, groups);
        }
    }

    private void named(final FileChannel in) throws IOException {
        final long number = sidecar.group();
        group.readWhatCan(in, number);
        int bad = 0;
        for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
            bad |= group.checksum(block) == sidecar.blockChecksum(block) ? 0 : 1 << block;
        }
        if (bad != 0) {
            bad = visitor.blocks(number, group, bad, sidecar);
        }
        if (!sidecar.parityWhole()) {
            visitor.entry(sidecar, bad == 0 ? number : -1, group);
        }
    }

    /** What lies between two groups that the sidecar names is zero, or is what its unreadable entries are about. */
    private void between(final FileChannel in, final FileExtents extents, final long from, final long to)
            throws IOException {
        final long size = in.size();
        final long place = sidecar.position();
        long number = Sidecar.nextGroup(extents, from, size);
        while (number >= 0 && number < to) {
            group.readWhatCan(in, number);
            if (!group.isZero()) {
                unnamed(number);
            }
            number = Sidecar.nextGroup(extents, number + 1, size);
        }
        for (final long lost : unreadable) {
            sidecar.moveTo(lost);
            visitor.entry(sidecar, -1, group);
        }
        unreadable.clear();
        if (place >= 0 && place < sidecar.entries()) {
            sidecar.moveTo(place);
        }
    }

    private void unnamed(final long number) throws IOException {
        for (final long lost : unreadable) {
            sidecar.moveTo(lost);
            if (sidecar.parityWhole() && group.agrees(sidecar.entry(), IntegrityLayout.PARITY)) {
                unreadable.remove(lost);
                visitor.entry(sidecar, number, group);
                return;
            }
        }
        if (unreadable.isEmpty()) {
            int bad = 0;
            for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
                bad |= group.isZero(block) ? 0 : 1 << block;
            }
            visitor.blocks(number, group, bad, null);
        } else {
            visitor.unknown(number);
        }
    }

    /** Whether there is any. */
    private static final class Difference implements Visitor {
        private boolean found;

        @Override
        public void size(final long now, final long expected) {
            found = true;
        }

        @Override
        public int blocks(final long number, final BlockGroup group, final int bad, final @Nullable Sidecar entry) {
            found = true;
            return bad;
        }

        @Override
        public void entry(final Sidecar entry, final long number, final BlockGroup group) {
            found |= number < 0;
        }

        @Override
        public void unknown(final long number) {
            found = true;
        }
    }
}
