package io.tagma.engine.shard;

import io.tagma.ring.ElasticRunner;
import org.agrona.concurrent.Agent;

/** Has a pool of threads look at its load, and grow, shrink or balance. Owned by the observers' thread. */
record BalanceStage(ElasticRunner pool) implements Agent {
    @Override
    public int doWork() {
        return pool.control();
    }

    @Override
    public String roleName() {
        return "balance";
    }
}
