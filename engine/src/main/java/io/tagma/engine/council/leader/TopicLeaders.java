package io.tagma.engine.council.leader;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;

/** One member's part in choosing the leaders of all topics, each for itself. Owned by one thread. */
public final class TopicLeaders {
    private final LeaderElection[] topics;

    /** Topics are numbered from 0; the rest is as in {@link LeaderElection}. */
    public TopicLeaders(
            final int topics,
            final int self,
            final int members,
            final LeaderConfig config,
            final LeaderOutput output,
            final long nowNs) {
        if (topics < 1) {
            throw new IllegalArgumentException("there must be 1 topic at least: " + topics);
        }
        this.topics = new LeaderElection[topics];
        for (int i = 0; i < topics; i++) {
            this.topics[i] = new LeaderElection(i, self, members, config, output, nowNs);
        }
    }

    /** Lets time pass for every topic. */
    public void onTick(final long nowNs) {
        for (final LeaderElection topic : topics) {
            topic.onTick(nowNs);
        }
    }

    /** Takes a message; one about a topic that there is not is dropped. */
    public void onMessage(final LeaderMessage message, final long nowNs) {
        if (message.topic() >= 0 && message.topic() < topics.length) {
            topics[message.topic()].onMessage(message, nowNs);
        }
    }

    /** One topic's election. */
    public LeaderElection topic(final int i) {
        return topics[i];
    }

    /** Writes all topics' terms and votes. */
    public void save(final SnapshotWriter target) {
        for (final LeaderElection topic : topics) {
            topic.save(target);
        }
    }

    /** Reads all topics' terms and votes; see {@link LeaderElection#load}. */
    public void load(final SnapshotReader source, final long nowNs) {
        for (final LeaderElection topic : topics) {
            topic.load(source, nowNs);
        }
    }
}
