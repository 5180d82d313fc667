package io.tagma.engine.resilience;

import java.util.List;

/** A service outside. Called by threads that may wait; several at a time. */
@FunctionalInterface
public interface ExternalService {
    /**
     * Answers some requests together; may block, and should heed an interrupt: that is how a call that takes too long is ended.
     *
     * @param requests one or more, up to {@link CallPolicy#maxBatch()}
     * @return a reply for each, in their order
     * @throws Exception where it cannot; all of them then count as failed
     */
    List<Reply> call(List<byte[]> requests) throws Exception;

    /** What a service said. Its arrays must not be changed any more. */
    final class Reply {
        private final float[] floats;
        private final byte[] bytes;

        /** Numbers and bytes, either of which may be empty. */
        public Reply(final float[] floats, final byte[] bytes) {
            this.floats = floats;
            this.bytes = bytes;
        }

        /** A reply of numbers alone. */
        public static Reply of(final float... floats) {
            return new Reply(floats, new byte[0]);
        }

        /** The numbers. */
        public float[] floats() {
            return floats;
        }

        /** The rest. */
        public byte[] bytes() {
            return bytes;
        }
    }
}
