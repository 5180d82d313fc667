package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.Team;
import io.tagma.engine.fixture.Workload;
import io.tagma.engine.shard.Replay;
import io.tagma.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an engine's copies are worth: they replay to its state. */
class CopyTest {
    private static final Workload WORKLOAD = Workload.of(43, 600);

    @TempDir
    Path temp;

    @Test
    void aCopyReplaysToTheSameState() throws IOException {
        final Path directory = temp.resolve("engine");
        final Path copy = Files.createDirectory(temp.resolve("copy"));
        final Path scratch = Files.createDirectory(temp.resolve("scratch"));
        final Engine engine = Engine.launch(Team.context(directory).shards(2).copyTo(copy));
        WORKLOAD.feed(engine);
        engine.close();

        try (Replay replay = Replay.open(Team.context(copy).shards(2), scratch)) {
            for (int shard = 0; shard < 2; shard++) {
                assertThat(replay.shard(shard).advance(Long.MAX_VALUE, true)).isNull();
                assertThat(replay.shard(shard).decisionsChecked())
                        .isEqualTo(Journals.decisions(directory, shard).size())
                        .isPositive();
            }
            assertThat(replay.stateHash()).isEqualTo(engine.stateHash());
        }
    }

    @Test
    void aCopyInsideTheDirectoryIsRefused() {
        final Path directory = temp.resolve("engine");
        assertThatThrownBy(() -> Engine.launch(Team.context(directory).copyTo(directory.resolve("copy"))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("tagma.copyTo");
    }
}
