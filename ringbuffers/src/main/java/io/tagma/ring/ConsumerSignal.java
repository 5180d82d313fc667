package io.tagma.ring;

/**
 * How producers tell a parked consumer that a frame was published. Called by any producer thread after each commit; must neither
 * block, allocate nor throw.
 */
@FunctionalInterface
public interface ConsumerSignal {
    /** Tells nobody: for a consumer whose idle strategy polls. A ring with this signal pays nothing for it. */
    ConsumerSignal NONE = () -> {};

    /** A frame was published. */
    void signal();
}
