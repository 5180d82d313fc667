package io.tagma.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts one file's damaged blocks right while it is held against its sidecar: a block that is alone in its group by parity, others from a copy, each only where
 * what is written agrees with its checksum. Owned by one thread; made for one file.
 */
final class BlockMending implements FileComparison.Visitor {
    private static final String NEWER =
            "left as it is: an excerpt that is whole lies there, and the manifest does not know it. Delete the manifest's index"
                    + " and repair again, by what the files say of themselves";

    private final Path data;
    private final Path sums;
    private final long size;
    private final boolean isJournal;
    private final @Nullable Path copy;
    private final Consumer<Repair> listener;
    private int lostSums;
    private int refused; // bit i for block i of this group
    private @Nullable WholeExcerpts excerpts; // of a journal's file, before the first block is written

    /**
     * Of a file.
     *
     * @param sums its sidecar
     * @param size how long it was, in bytes
     * @param isJournal whether it holds a journal's excerpts, none of which is undone where it is whole
     * @param copy the file in the copy, which may be missing there; null without a copy
     * @param listener told of all that is done, and of what cannot be
     */
    BlockMending(
            final Path data,
            final Path sums,
            final long size,
            final boolean isJournal,
            final @Nullable Path copy,
            final Consumer<Repair> listener) {
        this.data = data;
        this.sums = sums;
        this.size = size;
        this.isJournal = isJournal;
        this.copy = copy;
        this.listener = listener;
    }

    /** How much could not be told for want of checksums. */
    int lostSums() {
        return lostSums;
    }

    @Override
    public void size(final long found, final long expected) throws IOException {
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.WRITE)) {
            if (found > expected) {
                channel.truncate(expected);
            } else {
                // A hole to the old length: its blocks are damaged as far as they were not zero.
                channel.write(ByteBuffer.allocate(1), expected - 1);
            }
        }
        add(data, Math.min(found, expected), true, "length set from " + found + " to " + expected);
    }

    @Override
    public int blocks(final long number, final BlockGroup group, final int bad, final @Nullable Sidecar entry)
            throws IOException {
        int left = bad;
        refused = 0;
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.WRITE)) {
            if (entry == null) {
                left = fill(channel, number, group, bad);
            } else {
                left = fromCopy(channel, number, group, left, entry);
                left = fromParity(channel, number, group, left, entry);
            }
            channel.force(true);
        }
        for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
            if ((left & 1 << block) != 0) {
                add(data, offset(number, block), false, (refused & 1 << block) != 0 ? NEWER : why(left, entry));
            }
        }
        return left;
    }

    private String why(final int left, final @Nullable Sidecar entry) throws IOException {
        final String parity = entry != null && !entry.parityWhole()
                ? "the parity block is damaged too"
                : Integer.bitCount(left) + " blocks of these 64 KiB are damaged and parity makes up for one";
        return copy == null ? parity + ": give a copy with --from" : parity + ", and the block is not whole in " + copy;
    }

    private int fill(final FileChannel channel, final long number, final BlockGroup group, final int bad)
            throws IOException {
        int left = 0;
        for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
            if ((bad & 1 << block) != 0) {
                group.clear(block);
                left |= write(
                        channel, number, group, block, Math.max(size, Files.size(data)), "block cleared, as it was");
            }
        }
        return left;
    }

    /** Blocks of a group with one damaged block alone are parity's. */
    private int fromCopy(
            final FileChannel channel, final long number, final BlockGroup group, final int bad, final Sidecar entry)
            throws IOException {
        final Path from = copy;
        if (from == null || !Files.isRegularFile(from) || (Integer.bitCount(bad) == 1 && entry.parityWhole())) {
            return bad;
        }
        final BlockGroup other = new BlockGroup();
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
            other.readWhatCan(in, number);
        }
        int left = bad;
        for (int block = 0; block < IntegrityLayout.GROUP_BLOCKS; block++) {
            if ((bad & 1 << block) != 0 && other.checksum(block) == entry.blockChecksum(block)) {
                group.take(block, other);
                left &= ~(1 << block);
                left |= write(channel, number, group, block, size, "block copied from " + from);
            }
        }
        return left;
    }

    private int fromParity(
            final FileChannel channel, final long number, final BlockGroup group, final int bad, final Sidecar entry)
            throws IOException {
        if (Integer.bitCount(bad) != 1 || !entry.parityWhole()) {
            return bad;
        }
        final int block = Integer.numberOfTrailingZeros(bad);
        group.restore(block, entry.entry(), IntegrityLayout.PARITY);
        if (group.checksum(block) != entry.blockChecksum(block)) {
            return bad;
        }
        return write(channel, number, group, block, size, "block computed from parity");
    }

    /** Writes a block, unless that would undo an excerpt that is whole; returns its bit then, else 0. */
    private int write(
            final FileChannel channel,
            final long number,
            final BlockGroup group,
            final int block,
            final long end,
            final String what)
            throws IOException {
        if (undoesAny(number, group, block)) {
            refused |= 1 << block;
            return 1 << block;
        }
        group.write(channel, number, block, end);
        add(data, offset(number, block), true, what);
        return 0;
    }

    private boolean undoesAny(final long number, final BlockGroup group, final int block) throws IOException {
        if (!isJournal) {
            return false;
        }
        WholeExcerpts whole = excerpts;
        if (whole == null) {
            whole = WholeExcerpts.of(data);
            excerpts = whole;
        }
        final long begin = offset(number, block);
        final BlockGroup now = new BlockGroup();
        try (FileChannel in = FileChannel.open(data, StandardOpenOption.READ)) {
            now.readWhatCan(in, number);
        }
        for (int i = whole.firstBehind(begin);
                i < whole.count() && whole.body(i) < begin + IntegrityLayout.BLOCK;
                i++) {
            final int from = (int) Math.max(0, whole.body(i) - begin);
            final int to = (int) Math.min(IntegrityLayout.BLOCK, whole.to(i) - begin);
            if (!now.equals(group, block, from, to) && whole.isOnly(i)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void entry(final Sidecar entry, final long number, final BlockGroup group) throws IOException {
        if (number >= 0) {
            entry.mend(number, group);
            add(sums, entry.offset(), true, "sidecar entry written anew from whole blocks");
        } else {
            lostSums++;
            add(sums, entry.offset(), false, "the sidecar's entry is damaged, and nothing says what its group was");
        }
    }

    @Override
    public void unknown(final long number) {
        lostSums++;
        add(data, number * IntegrityLayout.GROUP, false, "64 KiB whose checksums are lost: left as they are");
    }

    private void add(final Path file, final long offset, final boolean done, final String what) {
        listener.accept(new Repair(file.toString(), offset, done, what));
    }

    private static long offset(final long number, final int block) {
        return number * IntegrityLayout.GROUP + (long) block * IntegrityLayout.BLOCK;
    }
}
