package io.tagma.engine.supervise;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How a supervisor restarts. Immutable.
 *
 * @param strategy who else is restarted with a child
 * @param restarts at most so many within the period, 0 or more; one more and the supervisor gives up
 * @param periodNs the period, above 0
 * @param children in the order of their start; they are stopped in reverse
 */
public record SupervisorSpec(Strategy strategy, int restarts, long periodNs, List<ChildSpec> children) {
    /** Who is restarted when a child has to be. */
    public enum Strategy {
        /** That child alone. */
        ONE_FOR_ONE,
        /** All children. */
        ONE_FOR_ALL,
        /** That child and those that were started after it. */
        REST_FOR_ONE
    }

    private static final int RESTARTS = 3;
    private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(5);

    /** Copies and checks. */
    public SupervisorSpec {
        children = List.copyOf(children);
        if (restarts < 0 || periodNs <= 0) {
            throw new IllegalArgumentException(
                    "a supervisor needs 0 restarts or more in a period above 0 ns: " + restarts + " in " + periodNs);
        }
        if (children.stream().map(ChildSpec::name).distinct().count() != children.size()) {
            throw new IllegalArgumentException("children need names of their own: "
                    + children.stream().map(ChildSpec::name).toList());
        }
    }

    /** Three restarts in five seconds. */
    public static SupervisorSpec of(final Strategy strategy, final ChildSpec... children) {
        return new SupervisorSpec(strategy, RESTARTS, PERIOD_NS, List.of(children));
    }
}
