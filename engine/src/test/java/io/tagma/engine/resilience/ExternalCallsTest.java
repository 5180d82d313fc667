package io.tagma.engine.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.agent.Answer;
import io.tagma.engine.agent.Request;
import io.tagma.engine.resilience.ExternalCalls.Called;
import io.tagma.engine.resilience.ExternalService.Reply;
import io.tagma.engine.supervise.ThreadCensus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of a service, with real threads; time is the test's, but for time-outs. */
@Timeout(30)
class ExternalCallsTest {
    private static final CallPolicy ONE_BY_ONE =
            CallPolicy.DEFAULT.trying(1, 10_000_000_000L, 0, 0).caching(0, 0, 0).batching(1, 0, 4, 16);

    /** What came back. */
    private record Told(long request, int code, long ageNs, List<Float> floats) {}

    private final AtomicLong clock = new AtomicLong();
    private final ThreadCensus census = new ThreadCensus(Thread::new);
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final BlockingQueue<List<String>> seen = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // every test opens it
    private ExternalCalls calls;

    @AfterEach
    void noThreadIsLeft() {
        calls.close();
        while (!census.alive().isEmpty()) { // within the time of the test
            Thread.onSpinWait();
        }
    }

    @Test
    void aFreshAnswerComesFromTheCacheAndAnOldOneStandsInMarkedWithItsAge() throws Exception {
        final boolean[] broken = {false};
        open(ONE_BY_ONE.caching(8, 100, 1_000), requests -> {
            if (broken[0]) {
                throw new IllegalStateException("down");
            }
            return List.of(Reply.of(requests.getFirst().length));
        });
        ask(1, "four");
        assertThat(told.take()).isEqualTo(new Told(1, Answer.OK, 0, List.of(4f)));
        clock.set(100);
        ask(2, "four");
        assertThat(told.take()).isEqualTo(new Told(2, Answer.OK, 0, List.of(4f)));
        assertThat(seen).hasSize(1);

        broken[0] = true;
        clock.set(500);
        ask(3, "four");
        assertThat(told.take()).isEqualTo(new Told(3, Answer.OK, 500, List.of(4f)));
        ask(4, "other");
        assertThat(told.take()).isEqualTo(new Told(4, Answer.FAILED, 0, List.of()));
        clock.set(1_001);
        ask(5, "four");
        assertThat(told.take().code()).isEqualTo(Answer.FAILED);
        assertThat(calls.counts(0).hits()).isEqualTo(1);
        assertThat(calls.counts(0).stale()).isEqualTo(1);
        assertThat(calls.counts(0).failed()).isEqualTo(2);
    }

    @Test
    void theSameRequestIsCalledOnceAndOthersGoTogether() throws Exception {
        final CountDownLatch go = new CountDownLatch(1);
        open(ONE_BY_ONE.batching(8, 0, 1, 16), requests -> {
            go.await();
            return requests.stream().map(r -> Reply.of(r.length)).toList();
        });
        ask(1, "first");
        assertThat(seen.take()).containsExactly("first");
        ask(2, "first"); // joins the call under way
        ask(3, "a");
        ask(4, "bb");
        ask(5, "a"); // joins one that waits
        go.countDown();
        final List<Long> answered = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answered.add(told.take().request());
        }
        assertThat(answered).containsExactly(1L, 2L, 3L, 5L, 4L);
        assertThat(seen.take()).containsExactly("a", "bb");
        assertThat(seen).isEmpty();
        assertThat(calls.counts(0).joined()).isEqualTo(2);
        assertThat(calls.counts(0).calls()).isEqualTo(2);
    }

    @Test
    void retriesStayWithinTheirBudget() throws Exception {
        open(
                ONE_BY_ONE.trying(3, 10_000_000_000L, 1_000, 0.1).breaking(new BreakerTerms(100, 100, 1, 1_000_000, 1)),
                requests -> {
                    throw new IllegalStateException("down");
                });
        final int requests = 50;
        for (int i = 1; i <= requests; i++) {
            ask(i, "r" + i);
            assertThat(told.take().code()).isEqualTo(Answer.FAILED);
        }
        final CallCounts counts = calls.counts(0);
        assertThat(counts.retries()).isBetween(5L, 6L); // one to begin with, then a tenth of the calls
        assertThat(counts.failures()).isEqualTo(counts.calls()).isEqualTo(requests + counts.retries());
    }

    @Test
    void aCallThatHangsIsTimedOutAndEndsItsThread() throws Exception {
        final CountDownLatch interrupted = new CountDownLatch(1);
        open(ONE_BY_ONE.trying(1, 20_000_000, 0, 0), requests -> {
            try {
                new CountDownLatch(1).await();
            } catch (final InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
            return List.of();
        });
        ask(1, "x");
        assertThat(told.take().code()).isEqualTo(Answer.FAILED);
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(calls.counts(0).timeouts()).isEqualTo(1);
    }

    @Test
    void theBreakerOpensAndClosesAndWaitersAreBounded() throws Exception {
        final boolean[] broken = {true};
        final CountDownLatch go = new CountDownLatch(1);
        open(ONE_BY_ONE.batching(1, 0, 1, 2).breaking(new BreakerTerms(4, 4, 0.5, 1_000_000, 1)), requests -> {
            if (broken[0]) {
                throw new IllegalStateException("down");
            }
            go.await();
            return List.of(Reply.of(1f));
        });
        for (int i = 1; i <= 4; i++) {
            ask(i, "r" + i);
            assertThat(told.take().code()).isEqualTo(Answer.FAILED);
        }
        assertThat(calls.counts(0).breaker()).isEqualTo("open");
        ask(5, "r5");
        assertThat(told.take().code()).isEqualTo(Answer.REFUSED);
        assertThat(seen).hasSize(4); // it was not tried

        broken[0] = false;
        clock.set(1_000_001);
        assertThat(ask(6, "r6")).isTrue();
        assertThat(ask(7, "r7")).isTrue();
        assertThat(ask(8, "r8")).isFalse();
        go.countDown();
        assertThat(told.take().code()).isEqualTo(Answer.OK);
        assertThat(told.take().code()).isEqualTo(Answer.OK);
        assertThat(calls.counts(0).breaker()).isEqualTo("closed");
        assertThat(calls.ask(request(9, 1, "x"))).isFalse(); // no such service
    }

    private void open(final CallPolicy policy, final ExternalService service) {
        calls = new ExternalCalls(
                List.of(new Called(
                        requests -> {
                            seen.add(requests.stream()
                                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                                    .toList());
                            return service.call(requests);
                        },
                        policy)),
                (shard, request, code, ageNs, floats, bytes) -> {
                    final List<Float> all = new ArrayList<>();
                    for (final float each : floats) {
                        all.add(each);
                    }
                    told.add(new Told(request, code, ageNs, all));
                    return 0;
                },
                census,
                clock::get);
    }

    private boolean ask(final long id, final String text) {
        return calls.ask(request(id, 0, text));
    }

    private static Request request(final long id, final int service, final String text) {
        final UnsafeBuffer bytes = new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
        return new Request().wrap(0, id, 0, service, 1).payload(bytes, 0, bytes.capacity());
    }
}
