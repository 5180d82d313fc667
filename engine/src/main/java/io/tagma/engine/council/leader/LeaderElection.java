package io.tagma.engine.council.leader;

import io.tagma.engine.council.leader.LeaderMessage.Kind;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.Arrays;

/**
 * One member's part in choosing the leader of one topic: a function of the messages and ticks that it is given, with neither
 * clock nor I/O of its own. Owned by one thread.
 *
 * <p>Terms, votes and the probe before a candidacy are those of Raft (Ongaro and Ousterhout, <em>In Search of an
 * Understandable Consensus Algorithm</em>, USENIX ATC 2014; the probe: Ongaro's thesis, 9.6, without which a member that was
 * cut off would depose a working leader when it comes back). Leases are those of Gray and Cheriton (SOSP 1989).
 *
 * <ol>
 *   <li>At most one leader a term: a member votes once a term, and a majority is needed.
 *   <li>At most one leader at any moment: who votes for a member or renews its lease backs nobody else for {@code leaseNs}
 *       <em>from then on</em>; the leader counts its lease from when it <em>asked</em> the youngest of a majority, and less
 *       {@code driftNs}. Of any two majorities one member is in both, so the old lease ended before that member voted again.
 *   <li>Tokens only grow: a token is the term.
 * </ol>
 *
 * <p>Term and vote must outlive a restart ({@link #save}); a restarted member backs nobody for one lease, because it may have
 * promised to.
 */
public final class LeaderElection {
    /** Nobody. */
    public static final int NOBODY = -1;

    /** The token of who does not lead. */
    public static final long NO_TOKEN = 0L;

    private static final int MARK = 0x0c20;
    private static final long NEVER = Long.MIN_VALUE;

    private enum Role {
        FOLLOWER,
        PROBING,
        CANDIDATE,
        LEADER
    }

    private final int topic;
    private final int self;
    private final int members;
    private final LeaderConfig config;
    private final LeaderOutput output;
    private final long[] backedNs;
    private Role role = Role.FOLLOWER;
    private long term;
    private int votedFor = NOBODY;
    private int leader = NOBODY;
    private int promisedTo = NOBODY;
    private long promisedUntilNs;
    private long standAtNs;
    private long leaseEndNs;
    private long nextHeartbeatNs;
    private long tries;

    /**
     * A member that knows of no term yet.
     *
     * @param topic whose leader is chosen
     * @param self this member's number
     * @param members how many there are, numbered from 0
     * @param config the times, the same for all members
     * @param output where messages go
     * @param nowNs this member's clock; it never goes back
     */
    public LeaderElection(
            final int topic,
            final int self,
            final int members,
            final LeaderConfig config,
            final LeaderOutput output,
            final long nowNs) {
        if (members < 1 || self < 0 || self >= members) {
            throw new IllegalArgumentException("member " + self + " is none of " + members);
        }
        this.topic = topic;
        this.self = self;
        this.members = members;
        this.config = config;
        this.output = output;
        this.backedNs = new long[members];
        this.promisedUntilNs = nowNs;
        standLater(nowNs);
    }

    /** Lets time pass: steps down where a lease is over, renews one that is due, stands where nobody leads. */
    public void onTick(final long nowNs) {
        if (role == Role.LEADER) {
            if (nowNs >= leaseEndNs) {
                stepDown(nowNs);
            } else if (nowNs >= nextHeartbeatNs) {
                heartbeat(nowNs);
            }
        } else if (nowNs >= standAtNs && !promisedToAnother(self, nowNs)) {
            ask(Role.PROBING, Kind.PROBE, term + 1, nowNs);
        }
    }

    /** Takes a message of another member about this topic; one that makes no sense now is dropped. */
    public void onMessage(final LeaderMessage message, final long nowNs) {
        if (message.topic() != topic || message.from() < 0 || message.from() >= members || message.from() == self) {
            return;
        }
        if (role == Role.LEADER && nowNs >= leaseEndNs) {
            stepDown(nowNs);
        }
        switch (message.kind()) {
            case PROBE -> onProbe(message, nowNs);
            case CANDIDACY -> onCandidacy(message, nowNs);
            case HEARTBEAT -> onHeartbeat(message, nowNs);
            case PROBE_OK -> onBacked(message, Role.PROBING, term + 1, nowNs);
            case VOTE -> onBacked(message, Role.CANDIDATE, term, nowNs);
            case RENEWED -> onBacked(message, Role.LEADER, term, nowNs);
            case STALE -> adopt(message.term(), nowNs);
        }
    }

    private void onProbe(final LeaderMessage probe, final long nowNs) {
        if (probe.term() <= term) {
            answer(probe, Kind.STALE, term);
        } else if (!promisedToAnother(probe.from(), nowNs)) {
            answer(probe, Kind.PROBE_OK, probe.term());
        }
    }

    private void onCandidacy(final LeaderMessage candidacy, final long nowNs) {
        if (candidacy.term() < term) {
            answer(candidacy, Kind.STALE, term);
            return;
        }
        if (promisedToAnother(candidacy.from(), nowNs)) {
            return; // it asks again, if it still has to when the promise is over
        }
        adopt(candidacy.term(), nowNs);
        if (votedFor == NOBODY || votedFor == candidacy.from()) {
            votedFor = candidacy.from();
            promise(candidacy.from(), nowNs);
            answer(candidacy, Kind.VOTE, term);
        }
    }

    private void onHeartbeat(final LeaderMessage heartbeat, final long nowNs) {
        if (heartbeat.term() < term) {
            answer(heartbeat, Kind.STALE, term);
            return;
        }
        // A leader of a later term proves that a majority's promises to the earlier one are over, whatever this one's
        // says.
        adopt(heartbeat.term(), nowNs);
        role = Role.FOLLOWER;
        leader = heartbeat.from();
        promise(leader, nowNs);
        answer(heartbeat, Kind.RENEWED, term);
    }

    private void onBacked(final LeaderMessage answer, final Role expected, final long inTerm, final long nowNs) {
        if (role != expected || answer.term() != inTerm) {
            return;
        }
        backedNs[answer.from()] = Math.max(backedNs[answer.from()], answer.stampNs());
        progress(nowNs);
    }

    private void progress(final long nowNs) {
        final long since = majoritySinceNs();
        if (since == NEVER) {
            return;
        }
        switch (role) {
            case PROBING -> {
                term++;
                votedFor = self;
                promise(self, nowNs);
                ask(Role.CANDIDATE, Kind.CANDIDACY, term, nowNs);
            }
            case CANDIDATE, LEADER -> {
                leaseEndNs = since + config.leaseNs() - config.driftNs();
                if (role == Role.CANDIDATE && nowNs < leaseEndNs) {
                    role = Role.LEADER;
                    leader = self;
                    heartbeat(nowNs);
                }
            }
            case FOLLOWER -> {}
        }
    }

    /** When the majority that backs this member was asked, by the one asked longest ago; {@link #NEVER} without one. */
    private long majoritySinceNs() {
        long since = NEVER;
        for (int i = 0; i < members; i++) {
            int asYoung = 0;
            for (int j = 0; j < members; j++) {
                asYoung += backedNs[j] >= backedNs[i] ? 1 : 0;
            }
            since = 2 * asYoung > members ? Math.max(since, backedNs[i]) : since;
        }
        return since;
    }

    private void ask(final Role as, final Kind kind, final long forTerm, final long nowNs) {
        role = as;
        leader = NOBODY;
        Arrays.fill(backedNs, NEVER);
        backedNs[self] = nowNs;
        standLater(nowNs);
        sendAll(new LeaderMessage(kind, topic, self, forTerm, nowNs));
        progress(nowNs); // alone, it is a majority
    }

    private void heartbeat(final long nowNs) {
        nextHeartbeatNs = nowNs + config.heartbeatNs();
        backedNs[self] = nowNs;
        promise(self, nowNs);
        sendAll(new LeaderMessage(Kind.HEARTBEAT, topic, self, term, nowNs));
        leaseEndNs = Math.max(leaseEndNs, majoritySinceNs() + config.leaseNs() - config.driftNs());
    }

    private void stepDown(final long nowNs) {
        role = Role.FOLLOWER;
        leader = NOBODY;
        promisedTo = NOBODY; // its promise to itself binds nobody once its lease is over
        standLater(nowNs);
    }

    private void adopt(final long newTerm, final long nowNs) {
        if (newTerm > term) {
            term = newTerm;
            votedFor = NOBODY;
            if (role != Role.FOLLOWER) {
                stepDown(nowNs);
            }
        }
    }

    private void promise(final int to, final long nowNs) {
        promisedTo = to;
        promisedUntilNs = nowNs + config.leaseNs();
        standLater(promisedUntilNs);
    }

    private boolean promisedToAnother(final int candidate, final long nowNs) {
        return promisedTo != candidate && promisedTo != NOBODY && nowNs < promisedUntilNs;
    }

    // Each member waits differently and differently every time (SplitMix64 over who it is and how often it tried), so
    // that
    // votes do not split for ever; a function of the inputs, so that a run can be repeated.
    private void standLater(final long fromNs) {
        long mixed = (self + 1) * 0x9e3779b97f4a7c15L + ++tries * 0xbf58476d1ce4e5b9L + topic;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        standAtNs = fromNs + 1 + Long.remainderUnsigned(mixed ^ (mixed >>> 31), config.spreadNs());
    }

    private void answer(final LeaderMessage question, final Kind kind, final long inTerm) {
        output.send(question.from(), new LeaderMessage(kind, topic, self, inTerm, question.stampNs()));
    }

    private void sendAll(final LeaderMessage message) {
        for (int to = 0; to < members; to++) {
            if (to != self) {
                output.send(to, message);
            }
        }
    }

    /** Whether this member leads at this moment of its clock. */
    public boolean leads(final long nowNs) {
        return role == Role.LEADER && nowNs < leaseEndNs;
    }

    /** The fencing token to act under at this moment, above 0 and growing from leader to leader; or {@link #NO_TOKEN}. */
    public long token(final long nowNs) {
        return leads(nowNs) ? term : NO_TOKEN;
    }

    /** The term this member is in; 0 before any. */
    public long term() {
        return term;
    }

    /** Who leads as far as this member knows, or {@link #NOBODY}. A leader that it lost sight of stays named for a lease. */
    public int leader(final long nowNs) {
        if (role == Role.LEADER) {
            return leads(nowNs) ? self : NOBODY;
        }
        return leader != NOBODY && nowNs < promisedUntilNs ? leader : NOBODY;
    }

    /** The topic. */
    public int topic() {
        return topic;
    }

    /** Writes what must outlive a restart: term and vote. */
    public void save(final SnapshotWriter target) {
        target.mark(MARK);
        target.putInt(topic);
        target.putLong(term);
        target.putInt(votedFor);
    }

    /** Reads what {@link #save} wrote and begins anew as a follower, which backs nobody for one lease from {@code nowNs}. */
    public void load(final SnapshotReader source, final long nowNs) {
        source.expect(MARK);
        final int found = source.getInt();
        if (found != topic) {
            throw new IllegalArgumentException("the snapshot is of the leader of topic " + found + ", not " + topic);
        }
        final long savedTerm = source.getLong();
        restore(savedTerm, source.getInt(), nowNs);
    }

    /** Begins anew with a term and a vote from before a restart; see {@link #load}. */
    public void restore(final long savedTerm, final int savedVote, final long nowNs) {
        term = savedTerm;
        votedFor = savedVote;
        role = Role.FOLLOWER;
        leader = NOBODY;
        promise(members, nowNs); // to whom is not known, so to nobody that may ask
    }

    /** Whom this member voted for in its term, or {@link #NOBODY}. */
    public int votedFor() {
        return votedFor;
    }
}
