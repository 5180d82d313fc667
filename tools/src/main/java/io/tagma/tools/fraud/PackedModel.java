package io.tagma.tools.fraud;

import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.OnlineModel;
import io.tagma.engine.training.DriftAwareModel;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * An {@link OnlineModel} whose whole state lies in an agent's memory after each example, so that hash, snapshot, restart and rollback
 * see it: two bytes of its snapshot in each float, which holds them exactly. A memory that somebody else has written, e.g. an order to
 * roll back, is read again before the next answer. Owned by the shard's thread.
 *
 * <p>Only for types whose snapshot keeps its length, as {@link #length} tells; for others there is {@link KeptModel}.
 */
final class PackedModel implements HeldModel {
    /** No number of floats would do. */
    static final int NONE = -1;

    private static final SnapshotInfo INFO = new SnapshotInfo(Path.of("packed-model"), 0, 0, 0, 0);
    private static final long SEED = 1;
    private static final int EXAMPLES = 600;
    private static final int MOST_FLOATS = 1 << 15;

    private final ModelType type;
    private final ModelSchema schema;
    private final float[] memory;
    private final float[] written;
    private final Bytes bytes;
    private final SnapshotWriter out;
    private OnlineModel model;

    /**
     * A model over a memory: one that knows nothing where it is all zero, else the one that filled it.
     *
     * @param memory of {@link #length} floats
     */
    PackedModel(final ModelType type, final ModelSchema schema, final float[] memory) {
        this.type = type;
        this.schema = schema;
        this.memory = memory;
        this.written = new float[memory.length];
        this.bytes = new Bytes(2 * memory.length + 1);
        this.out = SnapshotWriter.to(INFO, bytes);
        this.model = type.create(schema, SEED);
        System.arraycopy(memory, 0, written, 0, memory.length);
        if (!isEmpty()) {
            unpack();
        }
    }

    /** Floats that a type needs; {@link #NONE} where its state grows, or is too large to be copied at each example. */
    static int length(final ModelType type, final ModelSchema schema) {
        final OnlineModel fresh = type.create(schema, SEED);
        if (fresh instanceof DriftAwareModel) {
            return NONE; // a drift, which may come late, can have it keep a second model
        }
        final int before = size(fresh);
        final SplittableRandom random = new SplittableRandom(SEED);
        final float[] x = new float[schema.inputs().size()];
        for (int i = 0; i < EXAMPLES; i++) {
            for (int f = 0; f < x.length; f++) {
                x[f] = (float) random.nextDouble();
            }
            fresh.learn(x, x[0] > random.nextDouble() ? 1 : 0);
        }
        final int after = size(fresh);
        final int floats = (after + 1) / 2;
        return after == before && floats <= MOST_FLOATS ? floats : NONE;
    }

    private static int size(final OnlineModel model) {
        final Bytes bytes = new Bytes(1 << 12);
        write(model, SnapshotWriter.to(INFO, bytes));
        return bytes.count;
    }

    private static void write(final OnlineModel model, final SnapshotWriter out) {
        model.write(out);
        out.commit();
    }

    private boolean isEmpty() {
        for (final float f : memory) {
            if (f != 0f) {
                return false;
            }
        }
        return true;
    }

    @Override
    public OnlineModel current() {
        if (Arrays.mismatch(memory, written) >= 0) {
            System.arraycopy(memory, 0, written, 0, memory.length);
            model = type.create(schema, SEED);
            if (!isEmpty()) {
                unpack();
            }
        }
        return model;
    }

    /** Learns an example and writes what it has become to the memory. */
    @Override
    public void learn(final float[] x, final int label) {
        current().learn(x, label);
        bytes.count = 0;
        write(model, out.again());
        for (int i = 0; i < memory.length; i++) {
            memory[i] = (bytes.array[2 * i] & 0xff) << 8 | (bytes.array[2 * i + 1] & 0xff);
        }
        System.arraycopy(memory, 0, written, 0, memory.length);
    }

    private void unpack() {
        final byte[] packed = new byte[2 * memory.length];
        for (int i = 0; i < memory.length; i++) {
            packed[2 * i] = (byte) ((int) memory[i] >> 8);
            packed[2 * i + 1] = (byte) (int) memory[i];
        }
        try (SnapshotReader in =
                SnapshotReader.from(INFO.file(), Channels.newChannel(new ByteArrayInputStream(packed)))) {
            model.read(in);
        }
    }

    /** An array that grows and is written over. */
    private static final class Bytes implements WritableByteChannel {
        private byte[] array;
        private int count;

        Bytes(final int capacity) {
            array = new byte[capacity];
        }

        @Override
        public int write(final ByteBuffer source) {
            final int n = source.remaining();
            if (count + n > array.length) {
                array = Arrays.copyOf(array, Math.max(2 * array.length, count + n));
            }
            source.get(array, count, n);
            count += n;
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
