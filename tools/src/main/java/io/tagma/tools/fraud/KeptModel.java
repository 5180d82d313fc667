package io.tagma.tools.fraud;

import io.tagma.engine.agent.KeptState;
import io.tagma.engine.ingest.Subjects;
import io.tagma.engine.model.ModelSchema;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.OnlineModel;
import io.tagma.store.Digest;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/**
 * An {@link OnlineModel} whose state may grow, kept beside its agent's memory: written to snapshots, and hashed by the chain of the examples
 * that led to it, of which type, seed and examples make the model, bit for bit. Owned by the shard's thread.
 */
final class KeptModel implements HeldModel, KeptState {
    private static final long SEED = 1;

    private final ModelType type;
    private final ModelSchema schema;
    private OnlineModel model;
    private long chain;

    /** A model that knows nothing. */
    KeptModel(final ModelType type, final ModelSchema schema) {
        this.type = type;
        this.schema = schema;
        this.model = type.create(schema, SEED);
        this.chain = Subjects.mix(type.name().hashCode() ^ (long) type.version() << Integer.SIZE);
    }

    @Override
    public OnlineModel current() {
        return model;
    }

    @Override
    public void learn(final float[] x, final int label) {
        model.learn(x, label);
        chain = Subjects.mix(chain ^ Digest.of(label, x, 0, x.length));
    }

    @Override
    public void write(final SnapshotWriter out) {
        out.putLong(chain);
        model.write(out);
    }

    @Override
    public void read(final SnapshotReader in) {
        chain = in.getLong();
        model = type.create(schema, SEED);
        model.read(in);
    }

    @Override
    public long digest() {
        return chain;
    }
}
