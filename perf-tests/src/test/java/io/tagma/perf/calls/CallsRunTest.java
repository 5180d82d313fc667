package io.tagma.perf.calls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The same requests to the same slow service, plainly and through the engine's calls. */
class CallsRunTest {
    private static final double MOST = 0.7;

    @Test
    void callsTakeAtLeastThirtyPerCentLessTimeThanEachByItself() throws Exception {
        final CallsRun run = new CallsRun(400, 16, 100, 200, 42);
        run.shielded(true); // so that both run compiled
        final CallFigures naive = run.naive();
        final CallFigures calls = run.shielded(true);

        assertThat(calls.totalS() / naive.totalS()).isLessThan(MOST);
        assertThat(calls.calls()).isLessThan(naive.calls());
        assertThat(naive.calls()).isGreaterThan(400); // 2 % failed and were tried again
    }
}
