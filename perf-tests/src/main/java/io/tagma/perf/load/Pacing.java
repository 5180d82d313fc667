package io.tagma.perf.load;

/** How a thread waits for the next intended send time. */
public enum Pacing {
    /** Spins: the request leaves within tens of nanoseconds of its time, and the caller's core and caches stay awake. */
    SPIN,
    /** Parks while there is time, then spins: what the system's timers and a cold core add is in every latency. */
    PARK
}
