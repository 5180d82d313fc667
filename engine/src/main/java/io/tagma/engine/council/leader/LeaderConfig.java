package io.tagma.engine.council.leader;

/**
 * Times that all members of a topic share. Immutable.
 *
 * @param leaseNs how long a member that backs a leader backs nobody else, on its own clock
 * @param driftNs what a leader's lease ends earlier, for clocks that run at different rates: over a lease two members' clocks
 *     may drift apart by less than this
 * @param heartbeatNs how often a leader renews; several times a lease
 * @param spreadNs members that see no leader wait up to this long, each differently, before they stand
 */
public record LeaderConfig(long leaseNs, long driftNs, long heartbeatNs, long spreadNs) {
    /** Checks that a lease outlives its drift and a heartbeat. */
    public LeaderConfig {
        if (heartbeatNs < 1 || driftNs < 0 || spreadNs < 1) {
            throw new IllegalArgumentException("heartbeatNs and spreadNs must be above 0 and driftNs at least 0: "
                    + heartbeatNs + ", " + spreadNs + ", " + driftNs);
        }
        if (leaseNs - driftNs < 2 * heartbeatNs) {
            throw new IllegalArgumentException("a lease less its drift must last two heartbeats of " + heartbeatNs
                    + " ns, or no leader stays: leaseNs " + leaseNs + ", driftNs " + driftNs);
        }
    }

    /** One second's lease, a hundredth of it for drift, heartbeats every 100 ms. */
    public static LeaderConfig standard() {
        return new LeaderConfig(1_000_000_000L, 10_000_000L, 100_000_000L, 300_000_000L);
    }
}
