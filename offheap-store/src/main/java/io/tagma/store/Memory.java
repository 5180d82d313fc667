package io.tagma.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.agrona.UnsafeApi;

/**
 * The process's whole address space, with the little-endian accessors that rows and excerpts need. Stateless,
 * any thread. Addresses come from mapped files that their owner keeps open; one read after the owner's close ends the process.
 */
final class Memory {
    /** For copies and fills of many bytes; single words go without it, which leaves the compiler less to inline. */
    @SuppressWarnings("restricted") // what native access is enabled for
    static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new StoreException(
                    "rows and journals are little-endian, this machine is not: run on x86-64 or AArch64");
        }
    }

    private Memory() {}

    static void putByte(final long address, final byte value) {
        ALL.set(ValueLayout.JAVA_BYTE, address, value);
    }

    static int getInt(final long address) {
        return UnsafeApi.getInt(address);
    }

    static void putInt(final long address, final int value) {
        UnsafeApi.putInt(address, value);
    }

    static long getLong(final long address) {
        return UnsafeApi.getLong(address);
    }

    static void putLong(final long address, final long value) {
        UnsafeApi.putLong(address, value);
    }

    static float getFloat(final long address) {
        return UnsafeApi.getFloat(address);
    }

    static void putFloat(final long address, final float value) {
        UnsafeApi.putFloat(address, value);
    }

    /** The address must be a multiple of 8: an access mode on an unaligned word is not atomic. */
    static long getLongAcquire(final long address) {
        return UnsafeApi.getLongAcquire(null, address);
    }

    static long getLongOpaque(final long address) {
        return UnsafeApi.getLongOpaque(null, address);
    }

    static void putLongOpaque(final long address, final long value) {
        UnsafeApi.putLongOpaque(null, address, value);
    }

    static void putLongRelease(final long address, final long value) {
        UnsafeApi.putLongRelease(null, address, value);
    }

    /** The address must be a multiple of 4. */
    static void putIntRelease(final long address, final int value) {
        UnsafeApi.putIntRelease(null, address, value);
    }

    static void copy(final long from, final long to, final long length) {
        MemorySegment.copy(ALL, from, ALL, to, length);
    }

    static void copyToArray(final long from, final byte[] to, final int offset, final int length) {
        MemorySegment.copy(ALL, ValueLayout.JAVA_BYTE, from, to, offset, length);
    }

    static void copyToArray(final long from, final float[] to) {
        MemorySegment.copy(ALL, FLOAT, from, to, 0, to.length);
    }

    static void copyFromArray(final byte[] from, final int offset, final long to, final int length) {
        MemorySegment.copy(from, offset, ALL, ValueLayout.JAVA_BYTE, to, length);
    }
}
