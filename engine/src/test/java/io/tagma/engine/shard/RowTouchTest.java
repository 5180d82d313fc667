package io.tagma.engine.shard;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Event;
import io.tagma.engine.profile.ProfileRule;
import io.tagma.engine.profile.RowStation;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import io.tagma.store.ProfileStoreConfig;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames whose rows are read ahead of their turn. */
class RowTouchTest {
    @TempDir
    Path directory;

    @Test
    void whatLiesBehindAFrameThatIsTooShortIsNotRead() {
        final byte[] bytes = new byte[256];
        new Event().subject(5).peer(6).intent(0).encode(new UnsafeBuffer(bytes), 64, 0);
        final UnsafeBuffer frames = new UnsafeBuffer(bytes, 0, 64 + 31); // which ends in the midst of that event
        try (ProfileStore store = ProfileStore.open(
                new ProfileStoreConfig(directory.resolve("rows"), 100, 8, 1, 0, ProfileStoreConfig.Mode.CREATE))) {
            final RowTouch touch = new RowTouch(new RowStation(store, new NoRule()));

            // A read behind the buffer's end, or a frame that counts although it names no row, would throw.
            assertThatCode(() -> touchAll(touch, frames)).doesNotThrowAnyException();
        }
    }

    private static void touchAll(final RowTouch touch, final UnsafeBuffer frames) {
        for (int i = 0; i < 3 * ShardDuty.GROUP; i++) {
            touch.add(frames, 64, i % 32);
        }
        touch.touch();
    }

    private static final class NoRule implements ProfileRule {
        @Override
        public int contribute(final ProfileRow row, final Task task, final float[] features, final int offset) {
            return 0;
        }

        @Override
        public void update(final ProfileRow row, final Task task) {
            // nothing is updated here
        }
    }
}
