package io.tagma.engine.council.leader;

/** Where a member's messages go; they may be lost, late, doubled or out of order. */
@FunctionalInterface
public interface LeaderOutput {
    /** Sends a message to a member. */
    void send(int to, LeaderMessage message);
}
