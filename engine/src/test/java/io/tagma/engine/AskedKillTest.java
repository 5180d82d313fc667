package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.fixture.ChildJvm;
import io.tagma.engine.fixture.Engines;
import io.tagma.engine.fixture.Journals;
import io.tagma.engine.fixture.KilledBidding;
import io.tagma.engine.ingest.sbe.EventFrameDecoder;
import io.tagma.engine.market.AskedCounts;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine that is killed while bids are on their way decides each event once, sooner or later. */
@Timeout(120)
class AskedKillTest {
    private static final int HEARD = 150;

    @TempDir
    Path directory;

    @Test
    void everyEventIsDecidedOnceHoweverOftenItsAuctionWasCutOff() {
        long next = 1;
        for (int round = 0; round < 2; round++) {
            try (ChildJvm child = ChildJvm.start(KilledBidding.class, directory, next, HEARD)) {
                child.awaitLine("running");
                child.kill();
            }
            next += 1_000_000;
        }
        final Engine recovered = Engine.launch(KilledBidding.context(directory));
        recovered.close();

        final long events = Journals.inputs(directory, 0).stream()
                .filter(template -> template == EventFrameDecoder.TEMPLATE_ID)
                .count();
        final List<Journals.Decided> decisions = Journals.decisions(directory, 0);
        assertThat(decisions).extracting(Journals.Decided::correlationId).doesNotHaveDuplicates();
        assertThat(decisions).hasSize((int) events).hasSizeGreaterThanOrEqualTo(2 * HEARD);
        final AskedCounts counts = recovered.shard(0).market().asked();
        assertThat(counts.answered.get()).isPositive();
        assertThat(counts.late.get()).isPositive();
        assertThat(counts.opened.get()).isEqualTo(counts.answered.get() + counts.ended.get());
        assertThat(recovered.shard(0).market().sumMicros()).isZero();
        assertThat(Engines.replay(KilledBidding.context(directory))).isEqualTo(recovered.stateHash());
    }
}
