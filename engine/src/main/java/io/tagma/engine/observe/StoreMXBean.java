package io.tagma.engine.observe;

/** A shard's rows: {@code io.tagma:type=Store,engine=NAME,shard=N}. */
public interface StoreMXBean {
    /** Rows there are. */
    long getRows();

    /** Rows there may be. */
    long getMaxRows();

    /** Rows refused because there was no room. */
    long getRefused();
}
