package io.tagma.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Computes a row's digest and checksum, and checks them. Owned by one thread: it has scratch space.
 *
 * <p>The checksum covers the header, the digest in it covers the floats: so a row of any length is sealed by one pass over its
 * floats and a checksum of {@value #HEADER} bytes. The header is copied to a heap array because {@link CRC32C} is an intrinsic
 * there and needs an allocated view anywhere else.
 */
final class RowSeal {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int HEADER = RowLayout.HEADER_LENGTH - RowLayout.SEALED;

    private final CRC32C crc = new CRC32C();
    private final byte[] header = new byte[HEADER];
    private final float[] floats;
    private long digest; // of a large row that was copied

    RowSeal(final int dimension) {
        floats = new float[dimension];
    }

    /** Writes digest, update time and checksum of the row at {@code address} and returns its new digest. */
    long seal(final long address, final long updatedNs) {
        final long subject = Memory.getLong(address + RowLayout.SUBJECT);
        final long digest = Digest.ofRow(address + RowLayout.HEADER_LENGTH, floats.length, subject);
        Memory.putLong(address + RowLayout.DIGEST, digest);
        Memory.putLong(address + RowLayout.UPDATED_NS, updatedNs);
        copyHeader(address, subject, digest, updatedNs);
        Memory.putInt(address + RowLayout.CRC32C, checksum());
        return digest;
    }

    /** Writes the checksum alone: of a row that was never updated, whose digest, time and floats are 0. */
    void sealFresh(final long address) {
        copyHeader(address, Memory.getLong(address + RowLayout.SUBJECT), 0, 0);
        Memory.putInt(address + RowLayout.CRC32C, checksum());
    }

    /** Copies the row without its sequence into the scratch space, for the methods below. */
    void copy(final long address) {
        Memory.copyToArray(address + RowLayout.SEALED, header, 0, HEADER);
        if (floats.length >= Digest.LARGE) {
            // Digested where they are, while they are near: who copies a row that may change looks at its sequence
            // afterwards.
            Memory.copyToArray(address + RowLayout.HEADER_LENGTH, floats);
            digest = Digest.ofRow(address + RowLayout.HEADER_LENGTH, floats.length, headerLong(RowLayout.SUBJECT));
        } else {
            for (int i = 0; i < floats.length; i++) {
                floats[i] = Memory.getFloat(address + RowLayout.HEADER_LENGTH + (long) Float.BYTES * i);
            }
        }
    }

    /** Whether the copied row agrees with its checksum and its digest, is a row at all, and is this subject's. */
    boolean intact(final long subject) {
        final int stored = headerInt(RowLayout.CRC32C);
        INTS.set(header, RowLayout.CRC32C - RowLayout.SEALED, 0);
        final boolean whole = checksum() == stored;
        INTS.set(header, RowLayout.CRC32C - RowLayout.SEALED, stored);
        return whole
                && headerLong(RowLayout.SUBJECT) == subject
                && headerInt(RowLayout.MAGIC) == RowLayout.MAGIC_VALUE
                && (headerInt(RowLayout.DIMENSION) != floats.length || floatsIntact());
    }

    private boolean floatsIntact() {
        final long stored = headerLong(RowLayout.DIGEST);
        if (stored != 0) {
            return stored
                    == (floats.length >= Digest.LARGE
                            ? digest
                            : Digest.of(headerLong(RowLayout.SUBJECT), floats, 0, floats.length));
        }
        for (final float f : floats) {
            if (Float.floatToRawIntBits(f) != 0) {
                return false;
            }
        }
        return true;
    }

    int headerInt(final int offset) {
        return (int) INTS.get(header, offset - RowLayout.SEALED);
    }

    long headerLong(final int offset) {
        return (long) LONGS.get(header, offset - RowLayout.SEALED);
    }

    void floats(final float[] target) {
        System.arraycopy(floats, 0, target, 0, floats.length);
    }

    private int checksum() {
        crc.reset();
        crc.update(header, 0, HEADER);
        return (int) crc.getValue();
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
        LONGS.set(header, offset - RowLayout.SEALED, word);
    }
}
