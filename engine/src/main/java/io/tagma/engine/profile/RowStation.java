package io.tagma.engine.profile;

import io.tagma.engine.agent.Feedback;
import io.tagma.engine.agent.Supervision;
import io.tagma.engine.agent.Task;
import io.tagma.engine.ingest.Subjects;
import io.tagma.store.ProfileRow;
import io.tagma.store.ProfileStore;
import io.tagma.store.StoreCode;
import io.tagma.store.StoreException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * One role's rows on one shard: finds the row, has the rule read it, and changes it in place under its seqlock. Owned by
 * the shard's thread.
 */
public final class RowStation {
    /** Nothing changed. */
    public static final long UNCHANGED = 0;

    private final ProfileStore store;
    private final ProfileRule rule;
    private final ProfileRow row;
    private boolean faulted;

    /** A station over a shard's store. */
    public RowStation(final ProfileStore store, final ProfileRule rule) {
        this.store = store;
        this.rule = rule;
        this.row = store.newRow();
    }

    /**
     * Finds or makes the subject's row; false when the store is full.
     *
     * @throws StoreException when the row is damaged: the shard cannot go on, for what it would decide could not be replayed
     */
    public boolean acquire(final long subject) {
        final long address = store.acquireRow(subject);
        if (address < 0) {
            requireUndamaged(subject, address);
            return false;
        }
        row.wrap(address);
        return true;
    }

    /**
     * Brings subjects' rows near, ahead of their turn; the value means nothing but must be kept.
     *
     * @param subjects from 0 to {@code count} - 1; overwritten
     */
    public long touch(final long[] subjects, final int count) {
        return store.touch(subjects, count);
    }

    /** Has the rule add to the task's features; false when it threw. */
    public boolean contribute(final Task task) {
        try {
            final int at = task.featureCount();
            task.contributed(rule.contribute(row, task, task.features(), at));
            return true;
        } catch (final Throwable failure) {
            Supervision.rethrowIfFatal(failure);
            return false;
        }
    }

    /** Has the rule bring the row up to date; the change of the row's digest. */
    public long update(final Task task) {
        faulted = false;
        row.beginUpdate();
        try {
            rule.update(row, task);
        } catch (final Throwable failure) {
            Supervision.rethrowIfFatal(failure);
            faulted = true; // the row is sealed as the rule left it: the same rule leaves it so in a replay
        }
        return row.endUpdate(Math.max(task.timeNs(), row.updatedNs()));
    }

    /** Has the rule learn from an outcome; the change of the row's digest. */
    public long learn(final long subject, final Feedback feedback) {
        faulted = false;
        if (!rule.learns()) {
            return UNCHANGED;
        }
        final long address = store.rowAddress(subject);
        if (address <= 0) {
            requireUndamaged(subject, address);
            return UNCHANGED;
        }
        row.wrap(address);
        row.beginUpdate();
        try {
            rule.learn(row, feedback);
        } catch (final Throwable failure) {
            Supervision.rethrowIfFatal(failure);
            faulted = true;
        }
        return row.endUpdate(Math.max(feedback.timeNs(), row.updatedNs()));
    }

    private void requireUndamaged(final long subject, final long code) {
        if (code == StoreCode.DAMAGED) {
            throw new StoreException("the row of subject " + subject + " is damaged: " + store.archiveDamage()
                    + "; launch the engine again, it rebuilds rows from the journal");
        }
    }

    /**
     * Overwrites a run of a subject's floats, bit for bit, and its time.
     *
     * @param first index of the first float
     * @param source holds {@code count} little-endian floats from {@code offset} on
     * @return new digest less the old one; {@link #UNCHANGED} where there is no such row or the run does not lie in it
     */
    public long restore(
            final long subject,
            final int first,
            final DirectBuffer source,
            final int offset,
            final int count,
            final long updatedNs) {
        final long address = store.rowAddress(subject);
        requireUndamaged(subject, address);
        if (address <= 0 || first < 0 || count < 0 || first > row.dimension() - count) {
            return UNCHANGED;
        }
        faulted = false;
        row.wrap(address);
        row.beginUpdate();
        for (int i = 0; i < count; i++) {
            row.set(first + i, source.getFloat(offset + i * Float.BYTES, ByteOrder.LITTLE_ENDIAN));
        }
        return row.endUpdate(updatedNs);
    }

    /** Whether there is a row of a subject. */
    public boolean holds(final long subject) {
        return store.rowAddress(subject) > 0;
    }

    /** Whether the rule declares behaviour variables of a subject's kind. */
    public boolean declares(final long subject) {
        return !rule.behaviours(Subjects.kind(subject)).isEmpty();
    }

    /**
     * Brings behaviour variables of a subject's row one step nearer to neutral. The row's time stays: its numbers are those of its last
     * update, and so is the step.
     *
     * @param source holds {@code count} little-endian shorts from {@code offset} on: places that the rule declares
     * @return new digest less the old one; {@link #UNCHANGED} where there is no such row, all is neutral already, or one of the places
     *     is none of a behaviour variable: all or none
     */
    public long neutralise(final long subject, final DirectBuffer source, final int offset, final int count) {
        final long address = store.rowAddress(subject);
        requireUndamaged(subject, address);
        final List<BehaviourVariable> wanted = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int place = source.getShort(offset + i * Short.BYTES, ByteOrder.LITTLE_ENDIAN);
            rule.behaviours(Subjects.kind(subject)).stream()
                    .filter(one -> one.place() == place && place < row.dimension())
                    .forEach(wanted::add);
        }
        if (address <= 0 || count == 0 || wanted.size() != count) {
            return UNCHANGED;
        }
        faulted = false;
        row.wrap(address);
        row.beginUpdate();
        for (final BehaviourVariable one : wanted) {
            row.set(one.place(), one.neutralised(row.get(one.place())));
        }
        return row.endUpdate(row.updatedNs());
    }

    /** Whether the rule threw in the last update or learn. */
    public boolean faulted() {
        return faulted;
    }

    /** The row that was acquired last. */
    public ProfileRow row() {
        return row;
    }
}
