package io.tagma.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Computes a row's digest and checksum in one pass over it. Owned by one thread: it has scratch space.
 *
 * <p>The row is copied to a heap array because {@link CRC32C} is an intrinsic there and needs an allocated view anywhere else.
 */
final class RowSeal {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int FLOATS = RowLayout.HEADER_LENGTH - RowLayout.SEALED;
    private static final long LOW = 0xffff_ffffL;

    private final CRC32C crc = new CRC32C();
    private final byte[] scratch;
    private final int dimension;

    RowSeal(final int dimension) {
        this.dimension = dimension;
        scratch = new byte[RowLayout.length(dimension) - RowLayout.SEALED];
    }

    /** Writes digest, update time and checksum of the row at {@code address} and returns its new digest. */
    long seal(final long address, final long updatedNs) {
        final long subject = Memory.getLong(address + RowLayout.SUBJECT);
        final long digest = Digest.finish(copyFloats(address + RowLayout.HEADER_LENGTH), dimension, subject);
        Memory.putLong(address + RowLayout.DIGEST, digest);
        Memory.putLong(address + RowLayout.UPDATED_NS, updatedNs);
        copyHeader(address, subject, digest, updatedNs);
        Memory.putInt(address + RowLayout.CRC32C, checksum());
        return digest;
    }

    /** Writes the checksum alone: of a row that was never updated, whose digest and time are 0. */
    void sealFresh(final long address) {
        copyFloats(address + RowLayout.HEADER_LENGTH);
        copyHeader(address, Memory.getLong(address + RowLayout.SUBJECT), 0, 0);
        Memory.putInt(address + RowLayout.CRC32C, checksum());
    }

    /** Copies the row without its sequence into the scratch space, for the methods below. */
    void copy(final long address) {
        Memory.copyToArray(address + RowLayout.SEALED, scratch, 0, scratch.length);
    }

    /** Whether the copied row agrees with its checksum, is a row at all, and is this subject's. */
    boolean intact(final long subject) {
        final int stored = headerInt(RowLayout.CRC32C);
        INTS.set(scratch, RowLayout.CRC32C - RowLayout.SEALED, 0);
        final boolean whole = checksum() == stored;
        INTS.set(scratch, RowLayout.CRC32C - RowLayout.SEALED, stored);
        return whole && headerLong(RowLayout.SUBJECT) == subject && headerInt(RowLayout.MAGIC) == RowLayout.MAGIC_VALUE;
    }

    int headerInt(final int offset) {
        return (int) INTS.get(scratch, offset - RowLayout.SEALED);
    }

    long headerLong(final int offset) {
        return (long) LONGS.get(scratch, offset - RowLayout.SEALED);
    }

    void floats(final float[] target) {
        for (int i = 0; i < dimension; i++) {
            target[i] = Float.intBitsToFloat((int) INTS.get(scratch, FLOATS + Float.BYTES * i));
        }
    }

    private int checksum() {
        crc.reset();
        crc.update(scratch, 0, scratch.length);
        return (int) crc.getValue();
    }

    /** One load of each pair of floats serves the copy and the digest's sum, which is returned. */
    private long copyFloats(final long address) {
        long sum = 0;
        int i = 0;
        for (; i + 1 < dimension; i += 2) {
            final long pair = Memory.getLong(address + 4L * i);
            LONGS.set(scratch, FLOATS + 4 * i, pair);
            sum += Digest.product(pair, Digest.pairKeys(i >> 1));
        }
        if (i < dimension) {
            final int last = Memory.getInt(address + 4L * i);
            INTS.set(scratch, FLOATS + 4 * i, last);
            sum += Digest.product(last & LOW, Digest.pairKeys(i >> 1));
        }
        return sum;
    }

    // What was just stored is taken from registers: loading it back would wait for the stores.
    private void copyHeader(final long address, final long subject, final long digest, final long updatedNs) {
        putWord(RowLayout.LAYOUT_VERSION, Memory.getLong(address + RowLayout.LAYOUT_VERSION));
        putWord(RowLayout.UPDATED_NS, updatedNs);
        putWord(RowLayout.CRC32C, (long) Memory.getInt(address + RowLayout.OWNER) << Integer.SIZE);
        putWord(RowLayout.DIGEST, digest);
        putWord(RowLayout.SUBJECT, subject);
        putWord(RowLayout.MAGIC, Memory.getLong(address + RowLayout.MAGIC));
        putWord(RowLayout.MAGIC + Long.BYTES, Memory.getLong(address + RowLayout.MAGIC + Long.BYTES));
    }

    private void putWord(final int offset, final long word) {
        LONGS.set(scratch, offset - RowLayout.SEALED, word);
    }
}
