package io.tagma.engine.agent;

/** What an isolated agent answers. Owned by its thread. */
public final class IsolatedReply {
    private static final float[] NO_FLOATS = {};
    private static final byte[] NO_BYTES = {};

    private float[] floats = NO_FLOATS;
    private byte[] bytes = NO_BYTES;

    /** Forgets what was answered before. */
    public void reset() {
        floats = NO_FLOATS;
        bytes = NO_BYTES;
    }

    /** Answers numbers. */
    public void floats(final float... values) {
        floats = values;
    }

    /** Answers bytes. */
    public void bytes(final byte[] values) {
        bytes = values;
    }

    /** The numbers. */
    public float[] floats() {
        return floats;
    }

    /** The bytes. */
    public byte[] bytes() {
        return bytes;
    }
}
