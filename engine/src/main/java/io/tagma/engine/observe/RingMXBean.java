package io.tagma.engine.observe;

/** A ring: {@code io.tagma:type=Ring,engine=NAME,shard=N,ring=ingress|peers}. */
public interface RingMXBean {
    /** Slots. */
    int getCapacity();

    /** Frames that wait. */
    long getBacklog();

    /** Frames taken by the shard. */
    long getConsumed();

    /** Refused because the ring was full. */
    long getRejected();

    /** Refused because the ring stayed full. */
    long getTimedOut();

    /** Dropped to make room. */
    long getDropped();

    /** Refused because longer than a slot. */
    long getTooLong();
}
