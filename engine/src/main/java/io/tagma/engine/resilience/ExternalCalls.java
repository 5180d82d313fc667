package io.tagma.engine.resilience;

import io.tagma.engine.agent.Answers;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.Request;
import io.tagma.engine.ingest.SubmitCode;
import io.tagma.engine.observe.Health;
import io.tagma.engine.supervise.ThreadCensus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * Services outside an engine, called on virtual threads: cached, each request once at a time, batched, retried within a budget, timed out,
 * behind a circuit breaker, with the last good answer where there is no new one. Thread-safe.
 */
public final class ExternalCalls implements Outside {
    private static final long CLOSE_MS = 2_000;

    /**
     * A service and how to call it.
     *
     * @param service is called
     * @param policy bounds
     */
    public record Called(ExternalService service, CallPolicy policy) {}

    private final List<ServiceDesk> desks = new ArrayList<>();
    private final Answers answers;
    private final ExecutorService threads;
    private volatile boolean closed;

    /** Opens it; a request's service number is the place in the list. */
    public ExternalCalls(
            final List<Called> services, final Answers answers, final ThreadFactory factory, final NanoClock clock) {
        this.answers = answers;
        this.threads = Executors.newThreadPerTaskExecutor(ThreadCensus.virtual(factory, "outside-"));
        services.forEach(called -> desks.add(new ServiceDesk(called.service(), called.policy(), clock, threads)));
    }

    /** What opens it for an engine. */
    public static Outside.Factory of(final Called... services) {
        final List<Called> all = List.of(services);
        return (answers, factory, clock) -> new ExternalCalls(all, answers, factory, clock);
    }

    @Override
    public boolean ask(final Request request) {
        if (closed || request.service() < 0 || request.service() >= desks.size()) {
            return false;
        }
        final byte[] bytes = new byte[request.payload().capacity()];
        request.payload().getBytes(0, bytes);
        final int shard = request.shard();
        final long id = request.id();
        return desks.get(request.service()).ask(bytes, (code, ageNs, reply) -> deliver(shard, id, code, ageNs, reply));
    }

    /** A full ring is the shard's to empty; what is lost all the same, the shard gives up as late. */
    private void deliver(
            final int shard, final long id, final int code, final long ageNs, final ExternalService.Reply reply) {
        final YieldingIdleStrategy idle = new YieldingIdleStrategy();
        for (int i = 0; i < 1_000 && !closed; i++) {
            if (answers.answer(shard, id, code, ageNs, reply.floats(), reply.bytes()) != SubmitCode.FULL) {
                return;
            }
            idle.idle();
        }
    }

    @Override
    public List<Health> health() {
        final List<Health> all = new ArrayList<>();
        for (int i = 0; i < desks.size(); i++) {
            final CallCounts counts = desks.get(i).counts();
            final String name = "service-" + i;
            if (!counts.breaker().equals("closed")) {
                all.add(Health.degraded(
                        name,
                        "its breaker is " + counts.breaker()
                                + ": the last good answers stand in, marked with their age, the rest is refused"));
            } else if (counts.waiting() == counts.most()) {
                all.add(Health.degraded(name, counts.waiting() + " requests wait, as many as may: more are refused"));
            } else {
                all.add(Health.ready(name));
            }
        }
        return all;
    }

    /** What a service's calls came to. */
    public CallCounts counts(final int service) {
        return desks.get(service).counts();
    }

    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        try {
            threads.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
