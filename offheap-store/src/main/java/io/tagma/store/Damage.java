package io.tagma.store;

/**
 * Where a journal or audit is damaged and how it showed. Immutable.
 *
 * @param index queue index of the excerpt that is damaged or missing
 * @param file the cycle file it lies in, or the queue's directory where not even that could be told
 * @param offset of the excerpt's first byte in the file, -1 when unknown
 * @param reason what was found and what was expected
 */
public record Damage(long index, String file, long offset, String reason) {
    @Override
    public String toString() {
        return reason + " at index 0x" + Long.toHexString(index) + " in " + file
                + (offset < 0 ? "" : " at byte " + offset);
    }
}
