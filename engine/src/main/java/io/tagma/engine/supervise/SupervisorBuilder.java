package io.tagma.engine.supervise;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.concurrent.NanoClock;

/** What a supervisor is made of. Confined to one thread; defaults are OTP's: one for one, 1 restart in 5 s. */
public final class SupervisorBuilder {
    private final String name;
    private final List<ChildSpec> specs = new ArrayList<>();
    private final Map<String, Supplier<Child>> makers = new HashMap<>();
    private Strategy strategy = Strategy.ONE_FOR_ONE;
    private int intensity = 1;
    private long periodNs = TimeUnit.SECONDS.toNanos(5);

    /** Begins; the name leads the names of its children's threads. */
    public SupervisorBuilder(final String name) {
        this.name = name;
    }

    /** Who is restarted with whom. */
    public SupervisorBuilder strategy(final Strategy value) {
        strategy = value;
        return this;
    }

    /** Most restarts within a period of nanoseconds; beyond it the supervisor stops its children and gives up. */
    public SupervisorBuilder intensity(final int restarts, final long withinNs) {
        intensity = restarts;
        periodNs = withinNs;
        return this;
    }

    /** The next child in order of start; its maker is asked for a new one before each start. */
    public SupervisorBuilder child(final ChildSpec spec, final Supplier<Child> maker) {
        specs.add(spec);
        makers.put(spec.id(), maker);
        return this;
    }

    /** The supervisor; each child runs on a thread of the factory. */
    public Supervisor build(final NanoClock clock, final ThreadFactory threads) {
        return new Supervisor(this, clock, threads);
    }

    String name() {
        return name;
    }

    Strategy strategy() {
        return strategy;
    }

    Map<String, Supplier<Child>> makers() {
        return makers;
    }

    SupervisorCore core(final long nowNs) {
        return new SupervisorCore(strategy, intensity, periodNs, specs, nowNs);
    }
}
