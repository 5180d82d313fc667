package io.tagma.engine.resilience;

import io.tagma.engine.agent.Answers;
import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.Request;
import io.tagma.engine.observe.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;

/**
 * Agents that each have a ring and a thread: bulkheads. One that has its queue full or is dead is not asked, and whoever asks is told so at
 * once; see {@link io.tagma.engine.agent.Route} for who is asked in its place. One that hangs is given up: whatever it was asked goes back as
 * {@link io.tagma.engine.agent.Answer#HUNG}, its thread is named with its stack, interrupted and fenced off, and a fresh agent on a fresh
 * thread with a fresh ring takes its place, as long as no more threads than {@link IsolationTerms#givenUp} run on that way. Thread-safe.
 */
public final class IsolatedAgents implements Outside {
    /**
     * An agent to be isolated.
     *
     * @param name of its thread
     * @param maker makes it, and anew after a failure, on that thread
     */
    public record Isolated(String name, Supplier<IsolatedAgent> maker) {}

    private static final int LOOKS_PER_HANG = 5;

    private final List<Bulkhead> bulkheads = new ArrayList<>();
    private final NanoClock clock;
    private final long intervalNs;
    private long lastNs;

    /** Starts the threads; a request's service number is the place in the list. */
    public IsolatedAgents(
            final List<Isolated> agents,
            final IsolationTerms terms,
            final Answers answers,
            final ThreadFactory threads,
            final NanoClock clock) {
        this.clock = clock;
        this.intervalNs = Math.max(1, terms.hangNs() / LOOKS_PER_HANG);
        this.lastNs = clock.nanoTime();
        agents.forEach(
                agent -> bulkheads.add(new Bulkhead(agent.name(), agent.maker(), terms, answers, threads, clock)));
    }

    /** What opens them for an engine. */
    public static Outside.Factory of(final IsolationTerms terms, final Isolated... agents) {
        final List<Isolated> all = List.of(agents);
        return (answers, threads, clock) -> new IsolatedAgents(all, terms, answers, threads, clock);
    }

    @Override
    public boolean ask(final Request request) {
        final int service = request.service();
        return service >= 0
                && service < bulkheads.size()
                && bulkheads.get(service).ask(request);
    }

    @Override
    public long lookIntervalNs() {
        return intervalNs;
    }

    @Override
    public void look() {
        final long nowNs = clock.nanoTime();
        // What stopped the whole process, a collection say, has stopped whoever looks too, and is no agent's fault.
        final long gapNs = Math.min(nowNs - lastNs, 2 * intervalNs);
        lastNs = nowNs;
        for (int i = 0; i < bulkheads.size(); i++) {
            bulkheads.get(i).look(gapNs);
        }
    }

    /** Requests that an agent has done; any thread. */
    public long handled(final int agent) {
        return bulkheads.get(agent).done();
    }

    /** Requests at which it threw; any thread. */
    public long failures(final int agent) {
        return bulkheads.get(agent).failures();
    }

    /** Calls from which it did not come back in time; any thread. */
    public long hangs(final int agent) {
        return bulkheads.get(agent).hangs();
    }

    /** The last of those calls, the oldest first; any thread. */
    public List<Hang> recentHangs(final int agent) {
        return bulkheads.get(agent).recent();
    }

    /** Its threads that were given up and still run; any thread. */
    public int givenUp(final int agent) {
        return bulkheads.get(agent).stillRun();
    }

    /** {@code live}, {@code hung} or {@code dead}; any thread. */
    public String state(final int agent) {
        return bulkheads.get(agent).state();
    }

    @Override
    public List<Health> health() {
        return bulkheads.stream().map(Bulkhead::health).toList();
    }

    @Override
    public void close() {
        bulkheads.forEach(Bulkhead::close);
    }
}
