package io.tagma.store;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How far a queue's file may be written: up to a mark its blocks are set aside, behind it nobody has written yet. The writer asks before
 * each excerpt, which costs two fields; another thread moves the mark ahead of it by writing zeros, which also brings the pages into
 * memory. Both move it under this object's lock, and zeros only ever go behind the mark, so they never meet what was written.
 */
final class FileReservation {
    /** The writer sets so many bytes aside at a time, where there are as many. */
    private static final long STEP = 4 << 20;

    /** Fewer zeros than that are not worth a system call. */
    private static final long LEAST_ZEROS = 32 << 10;

    private static final long PAGE = 4096;

    private final AtomicLong asked = new AtomicLong();
    private @Nullable ReservedFile file;
    private volatile long mark;
    private boolean zeroing;

    /** Goes over to another file, of which nothing is set aside yet. The writer. */
    synchronized void enter(final Path path) {
        file = ReservedFile.open(path);
        asked.set(0);
        mark = 0;
        zeroing = false;
    }

    /**
     * Lets go of the file. The writer.
     *
     * @param writtenTo behind it, blocks that were set aside are given back; negative to keep all
     */
    synchronized void leave(final long writtenTo) {
        final ReservedFile left = file;
        if (left != null) {
            if (writtenTo >= 0) {
                left.release((writtenTo + PAGE - 1) & -PAGE, mark);
            }
            left.close();
        }
        file = null;
        mark = 0;
        zeroing = false;
    }

    /**
     * Sees to it that the file may be written up to {@code needed}. The writer; a system call where nobody was faster.
     *
     * @return {@link StoreCode#OK}, else {@link StoreCode#NO_SPACE} or {@link StoreCode#IO_ERROR}, and then it may not
     */
    int require(final long needed) {
        asked.lazySet(needed);
        return needed <= mark ? StoreCode.OK : extend(needed);
    }

    private synchronized int extend(final long needed) {
        final ReservedFile current = file;
        if (needed <= mark || current == null) {
            return StoreCode.OK;
        }
        // From the beginning, where this launch has set nothing aside yet: an earlier one may have left holes.
        final long generous = needed + Math.min(STEP, needed);
        if (current.reserve(mark, generous) == StoreCode.OK) {
            mark = generous;
            return StoreCode.OK;
        }
        final int code = current.reserve(mark, needed);
        if (code == StoreCode.OK) {
            mark = needed;
        }
        return code;
    }

    /** Writes bytes into the part that is set aside, by a system call; false where not all could be. The writer. */
    synchronized boolean write(final long address, final long length, final long offset) {
        final ReservedFile current = file;
        return current != null && offset + length <= mark && current.write(address, length, offset);
    }

    /** Writes zeros into the part that is set aside, {@link ReservedFile#MOST_ZEROS} bytes at most; brings their pages in. The writer. */
    synchronized void zero(final long from, final long to) {
        final ReservedFile current = file;
        if (current != null && to <= mark) {
            current.zero(from, to);
        }
    }

    /** From now on zeros may be written: the writer knows where the file's contents end, and the mark is behind that. The writer. */
    synchronized void allowZeros() {
        zeroing = true;
    }

    /**
     * Moves the mark by writing zeros behind it. Any one thread.
     *
     * @param ahead how far behind what the writer asked for last the mark should be, or nearly so
     * @return bytes written, at most {@link ReservedFile#MOST_ZEROS}; 0 where nothing is left to do or the disk has no more
     */
    synchronized long zeroAhead(final long ahead) {
        final ReservedFile current = file;
        final long from = mark;
        final long to = Math.min(asked.get() + ahead, from + ReservedFile.MOST_ZEROS);
        if (!zeroing || current == null || to - from < LEAST_ZEROS) {
            return 0;
        }
        if (current.reserve(from, to) != StoreCode.OK || !current.zero(from, to)) {
            return 0;
        }
        mark = to;
        return to - from;
    }
}
