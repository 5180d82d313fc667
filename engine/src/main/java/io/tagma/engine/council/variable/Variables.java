package io.tagma.engine.council.variable;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The variables of one shard and the proposals to change them. Owned by the shard's thread. A function of its calls: it reads
 * no clock, and the same calls give the same versions at the same sequences.
 *
 * <p>A change is proposed for a sequence, voted on by those concerned, and applied, once, before the input of that sequence:
 * every input before it sees the old value, every one from it on the new one. Changes for one sequence are applied in the
 * order in which they were proposed.
 */
public final class Variables {
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final List<VariableProposal> open = new ArrayList<>();
    private final int maxOpen;
    private final VariableListener listener;
    private long lastNumber;
    private long sequence;

    private record Entry(VariableDefinition definition, Variable variable) {}

    /**
     * Variables at their first values.
     *
     * @param definitions one a variable; their names differ
     * @param maxOpen how many proposals may wait at a time
     * @param listener told when a proposal ends
     */
    public Variables(final List<VariableDefinition> definitions, final int maxOpen, final VariableListener listener) {
        if (maxOpen < 1) {
            throw new IllegalArgumentException("there must be room for 1 open proposal at least: " + maxOpen);
        }
        for (final VariableDefinition definition : definitions) {
            final Variable variable = new Variable(definition.spec(), definition.versionsKept());
            if (entries.put(definition.spec().name(), new Entry(definition, variable)) != null) {
                throw new IllegalArgumentException(
                        "two variables are called '" + definition.spec().name() + "'");
            }
        }
        this.maxOpen = maxOpen;
        this.listener = listener;
    }

    /**
     * A variable, to be held by who reads it: the same object for the life of this one.
     *
     * @throws NoSuchElementException when there is none of that name
     */
    public Variable variable(final String name) {
        final Entry entry = entries.get(name);
        if (entry == null) {
            throw new NoSuchElementException(unknown(name));
        }
        return entry.variable;
    }

    /**
     * Proposes a change. An agent that proposes has agreed; somebody outside ({@link VariableVersion#NOBODY}) has no vote.
     *
     * @param name of the variable
     * @param value the new value
     * @param by the agent that proposes, or {@link VariableVersion#NOBODY}
     * @param applyAt the first sequence that shall see it, above that of the last {@link #advance}
     */
    public VariableAnswer propose(final String name, final VariableValue value, final int by, final long applyAt) {
        final Entry entry = entries.get(name);
        if (entry == null) {
            return VariableAnswer.refused(VariableCode.UNKNOWN_VARIABLE, unknown(name));
        }
        final VariableAnswer fits = entry.definition.spec().check(value);
        if (!fits.ok()) {
            return fits;
        }
        if (by != VariableVersion.NOBODY && !entry.definition.concerned().contains(by)) {
            return notConcerned(name, by);
        }
        if (applyAt <= sequence) {
            return VariableAnswer.refused(
                    VariableCode.TOO_LATE,
                    name + " cannot change at sequence " + applyAt + ": " + sequence
                            + " has begun; ask for a later one");
        }
        if (open.size() == maxOpen) {
            return VariableAnswer.refused(
                    VariableCode.TOO_MANY, maxOpen + " proposals are open: wait until one is settled");
        }
        final VariableProposal proposal = new VariableProposal(
                ++lastNumber,
                entry.variable,
                value,
                by,
                entry.variable.version().version(),
                applyAt);
        if (by != VariableVersion.NOBODY) {
            proposal.vote(by, true);
        }
        open.add(proposal);
        judge(entry, proposal);
        return VariableAnswer.accepted(proposal.number());
    }

    /** Proposes to go back to an earlier version; what comes of it is a new version with the old value. */
    public VariableAnswer rollback(final String name, final long version, final int by, final long applyAt) {
        final Entry entry = entries.get(name);
        if (entry == null) {
            return VariableAnswer.refused(VariableCode.UNKNOWN_VARIABLE, unknown(name));
        }
        final VariableVersion kept = entry.variable.kept(version);
        if (kept == null) {
            return VariableAnswer.refused(
                    VariableCode.NO_VERSION,
                    name + " has no version " + version + "; kept are "
                            + entry.variable.history().getFirst().version() + " to "
                            + entry.variable.version().version());
        }
        return propose(name, kept.value(), by, applyAt);
    }

    /** Votes on an open proposal; a vote stands. */
    public VariableAnswer vote(final long number, final int voter, final boolean yes) {
        final VariableProposal proposal = find(number);
        if (proposal == null || proposal.finding() != VariablePolicy.Finding.OPEN) {
            return VariableAnswer.refused(
                    VariableCode.NO_PROPOSAL, "proposal " + number + " is not open: it is settled, or never was");
        }
        final Entry entry = entry(proposal);
        if (!entry.definition.concerned().contains(voter)) {
            return notConcerned(proposal.variable().spec().name(), voter);
        }
        if (proposal.voted(voter)) {
            return VariableAnswer.refused(
                    VariableCode.VOTED_ALREADY, "agent " + voter + " voted on proposal " + number + " before");
        }
        proposal.vote(voter, yes);
        judge(entry, proposal);
        return VariableAnswer.accepted(number);
    }

    /** Notes a vote that is judged when all are in, with {@link #close}; false where it does not count. */
    public boolean cast(final long number, final int voter, final boolean yes) {
        final VariableProposal proposal = find(number);
        if (proposal == null || proposal.voted(voter)) {
            return false;
        }
        if (!entry(proposal).definition.concerned().contains(voter)) {
            return false;
        }
        proposal.vote(voter, yes);
        return true;
    }

    /** Ends a proposal whose votes are in: applies it from a sequence on where its policy accepts it, else rejects it. */
    public void close(final long number, final long applyAt) {
        final VariableProposal proposal = find(number);
        if (proposal == null) {
            throw new NoSuchElementException("proposal " + number + " is not open");
        }
        final Entry entry = entry(proposal);
        proposal.find(entry.definition
                .policy()
                .judge(proposal, entry.definition.concerned().size()));
        open.remove(proposal);
        if (proposal.finding() == VariablePolicy.Finding.ACCEPTED) {
            settle(proposal, applyAt);
        } else {
            listener.settled(proposal, Fate.REJECTED);
        }
    }

    /** Takes over a change that was voted on elsewhere. */
    public void adopt(final String name, final VariableVersion version) {
        variable(name).become(version);
    }

    /** A proposal that is open elsewhere, as those here are asked about it. */
    public VariableProposal elsewhere(
            final long number, final String name, final VariableValue value, final int by, final long baseVersion) {
        return new VariableProposal(number, variable(name), value, by, baseVersion, Long.MAX_VALUE);
    }

    /** An open proposal, or null. */
    public @Nullable VariableProposal proposal(final long number) {
        return find(number);
    }

    /** What there is, in the order of definition. */
    public List<VariableDefinition> definitions() {
        return entries.values().stream().map(Entry::definition).toList();
    }

    /** A definition, or null where there is none of that name. */
    public @Nullable VariableDefinition definition(final String name) {
        final Entry entry = entries.get(name);
        return entry == null ? null : entry.definition;
    }

    /** Refuses a name that is none. */
    public VariableAnswer noSuch(final String name) {
        return VariableAnswer.refused(VariableCode.UNKNOWN_VARIABLE, unknown(name));
    }

    /**
     * Goes on to an input: applies what is due, in the order of sequences and then of proposals, and lapses what is still open.
     *
     * @param next the sequence of the input that is about to be handled; not below the last one
     * @return how many changes were applied
     */
    public int advance(final long next) {
        if (next < sequence) {
            throw new IllegalArgumentException("sequences go up: " + next + " after " + sequence);
        }
        sequence = next;
        int applied = 0;
        for (int due = firstDue(); due >= 0; due = firstDue()) {
            final VariableProposal proposal = open.remove(due);
            applied += settle(proposal, proposal.applyAt()) ? 1 : 0;
        }
        return applied;
    }

    private int firstDue() {
        int first = -1;
        for (int i = 0; i < open.size(); i++) {
            final long at = open.get(i).applyAt();
            if (at <= sequence && (first < 0 || at < open.get(first).applyAt())) {
                first = i;
            }
        }
        return first;
    }

    private boolean settle(final VariableProposal proposal, final long applyAt) {
        final VariableVersion now = proposal.variable().version();
        if (proposal.finding() != VariablePolicy.Finding.ACCEPTED) {
            listener.settled(proposal, Fate.LAPSED);
            return false;
        }
        if (now.version() != proposal.baseVersion()
                && !entry(proposal).definition.policy().overwrites()) {
            listener.settled(proposal, Fate.STALE);
            return false;
        }
        proposal.variable()
                .become(new VariableVersion(
                        now.version() + 1, applyAt, proposal.value(), proposal.by(), proposal.number()));
        listener.settled(proposal, Fate.APPLIED);
        return true;
    }

    private void judge(final Entry entry, final VariableProposal proposal) {
        proposal.find(entry.definition
                .policy()
                .judge(proposal, entry.definition.concerned().size()));
        if (proposal.finding() == VariablePolicy.Finding.REJECTED) {
            open.remove(proposal);
            listener.settled(proposal, Fate.REJECTED);
        }
    }

    private @Nullable VariableProposal find(final long number) {
        for (final VariableProposal proposal : open) {
            if (proposal.number() == number) {
                return proposal;
            }
        }
        return null;
    }

    private Entry entry(final VariableProposal proposal) {
        final Entry entry = entries.get(proposal.variable().spec().name());
        if (entry == null) {
            throw new NoSuchElementException(unknown(proposal.variable().spec().name()));
        }
        return entry;
    }

    private String unknown(final String name) {
        return "no variable '" + name + "'; there are: " + String.join(", ", entries.keySet());
    }

    private static VariableAnswer notConcerned(final String name, final int agent) {
        return VariableAnswer.refused(
                VariableCode.NOT_CONCERNED,
                name + " does not concern agent " + agent + ": it neither proposes nor votes");
    }

    /** The proposals that wait for votes or for their sequence, in the order in which they were made. */
    public List<VariableProposal> open() {
        return List.copyOf(open);
    }

    /** A digest of versions, values, histories, open proposals and votes, for the state hash. */
    public long digest() {
        final VariableDigest digest = new VariableDigest();
        digest.add(sequence);
        digest.add(lastNumber);
        for (final Entry entry : entries.values()) {
            entry.variable.history().forEach(digest::add);
        }
        open.forEach(digest::add);
        return digest.value();
    }

    /** Writes all of it into a snapshot. */
    public void save(final SnapshotWriter target) {
        final VariableCodec codec = new VariableCodec();
        codec.begin(target, entries.size());
        target.putLong(sequence);
        target.putLong(lastNumber);
        for (final Entry entry : entries.values()) {
            codec.putVariable(target, entry.variable);
        }
        target.putInt(open.size());
        for (final VariableProposal proposal : open) {
            codec.putProposal(target, proposal);
        }
    }

    /**
     * Reads what {@link #save} wrote; definitions must be the same.
     *
     * @throws IllegalArgumentException when the snapshot is of other variables, naming the first
     */
    public void load(final SnapshotReader source) {
        final VariableCodec codec = new VariableCodec();
        codec.expect(source, entries.size());
        sequence = source.getLong();
        lastNumber = source.getLong();
        for (final Entry entry : entries.values()) {
            codec.getVariable(source, entry.variable);
        }
        open.clear();
        final int count = source.getInt();
        for (int i = 0; i < count; i++) {
            final VariableProposal proposal = codec.getProposal(source, this::variable);
            open.add(proposal);
            final VariableDefinition definition = entry(proposal).definition;
            // Not more than found: one whose votes are still coming in may look lost until all of them are there.
            proposal.find(
                    definition.policy().judge(proposal, definition.concerned().size()));
        }
    }
}
