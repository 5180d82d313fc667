package io.tagma.engine.resilience;

import io.tagma.engine.agent.Answers;
import io.tagma.engine.agent.IsolatedAgent;
import io.tagma.engine.agent.Outside;
import io.tagma.engine.agent.Request;
import io.tagma.engine.observe.Health;
import io.tagma.ring.DutyCycleConfig;
import io.tagma.ring.DutyCycleConfig.Threading;
import io.tagma.ring.DutyCycleRunner;
import io.tagma.ring.IdleStrategies;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;

/**
 * Agents that each have a ring and a thread: bulkheads. One that hangs, dies or is too slow for its queue is not asked, and whoever asks is
 * told so at once; see {@link io.tagma.engine.agent.Route} for who is asked in its place. Thread-safe.
 */
public final class IsolatedAgents implements Outside {
    /**
     * An agent to be isolated.
     *
     * @param name of its thread
     * @param maker makes it, and anew after a failure, on that thread
     */
    public record Isolated(String name, Supplier<IsolatedAgent> maker) {}

    private final List<Bulkhead> bulkheads = new ArrayList<>();
    private final DutyCycleRunner runner;

    /** Starts the threads; a request's service number is the place in the list. */
    public IsolatedAgents(
            final List<Isolated> agents,
            final IsolationTerms terms,
            final Answers answers,
            final ThreadFactory threads,
            final NanoClock clock) {
        agents.forEach(agent -> bulkheads.add(new Bulkhead(agent.name(), agent.maker(), terms, answers, clock)));
        this.runner = new DutyCycleRunner(
                new DutyCycleConfig(
                        Threading.DEDICATED,
                        1,
                        thread -> IdleStrategies.byName(terms.idle()),
                        threads,
                        failure -> {}, // a bulkhead keeps its own
                        terms.closeMs()),
                bulkheads);
        runner.start();
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

    /** Requests that an agent has done; any thread. */
    public long handled(final int agent) {
        return bulkheads.get(agent).handled();
    }

    /** Requests at which it threw; any thread. */
    public long failures(final int agent) {
        return bulkheads.get(agent).failures();
    }

    /** {@code live}, {@code hung} or {@code dead}; any thread. */
    public String state(final int agent) {
        final Bulkhead bulkhead = bulkheads.get(agent);
        if (bulkhead.death() != null) {
            return "dead";
        }
        return bulkhead.isHung() ? "hung" : "live";
    }

    @Override
    public List<Health> health() {
        final List<Health> all = new ArrayList<>();
        for (int i = 0; i < bulkheads.size(); i++) {
            final String name = bulkheads.get(i).roleName();
            final String state = state(i);
            all.add(
                    state.equals("live")
                            ? Health.ready(name)
                            : Health.degraded(name, "is " + state + ": it is not asked, the next on the route is"));
        }
        return all;
    }

    @Override
    public void close() {
        runner.close();
    }
}
