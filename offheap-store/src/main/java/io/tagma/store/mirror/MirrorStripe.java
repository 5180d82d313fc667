package io.tagma.store.mirror;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * What one set of images holds, one image a shard and the parity over them. Immutable.
 *
 * @param number counts up; of two stripes the higher is the newer
 * @param images by shard
 */
record MirrorStripe(long number, List<Image> images) {
    private static final int VERSION = 1;
    private static final int MOST_SHARDS = 1 << 10;

    MirrorStripe {
        images = List.copyOf(images);
    }

    /**
     * One shard's.
     *
     * @param sequence of the last input whose effects it holds
     * @param length bytes, those of a snapshot of the same state
     */
    record Image(long sequence, long length) {}

    /** Images and parity lie in as many members. */
    int members() {
        return images.size() + 1;
    }

    ByteBuffer encode() {
        final ByteBuffer bytes = ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES * (1 + 2 * images.size()))
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(VERSION)
                .putInt(images.size())
                .putLong(number);
        for (final Image image : images) {
            bytes.putLong(image.sequence()).putLong(image.length());
        }
        return bytes.flip();
    }

    /** Reads one; null when it is none of this version. */
    static @org.jspecify.annotations.Nullable MirrorStripe decode(final ByteBuffer source) {
        final ByteBuffer bytes = source.order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() < 2 * Integer.BYTES + Long.BYTES || bytes.getInt() != VERSION) {
            return null;
        }
        final int shards = bytes.getInt();
        if (shards < 1 || shards > MOST_SHARDS || bytes.remaining() < Long.BYTES * (1 + 2 * shards)) {
            return null;
        }
        final long number = bytes.getLong();
        final List<Image> images = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            images.add(new Image(bytes.getLong(), bytes.getLong()));
        }
        return new MirrorStripe(number, images);
    }
}
