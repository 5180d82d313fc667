package io.tagma.engine.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls that failed on a device and were done by the processor instead, until somebody journals them. For any thread: a failure is rare,
 * so whoever has one to tell takes a lock; whoever only asks reads one number.
 *
 * <p>Bounded: {@value #CAPACITY} failures wait at most. One that finds no room is counted and left out, which the numbers of the others
 * show; that with which the device was left always finds room.
 */
public final class DeviceLog {
    /** Most failures that wait. */
    public static final int CAPACITY = 32;

    private final Deque<Failure> waiting = new ArrayDeque<>();
    private final List<Scope> scopes = new CopyOnWriteArrayList<>();
    private volatile long count;
    private volatile String left = "";
    private volatile int size;

    /**
     * A call that failed on the device.
     *
     * @param number among all since the launch, from 1
     * @param scope for whose inputs the call was made, or null for one by another thread
     * @param sequence of the input, 0 without a scope
     * @param kernel what was called
     * @param why the driver's answer
     * @param thread who called
     * @param left whether with it the device was left
     */
    public record Failure(
            long number,
            @Nullable Scope scope,
            long sequence,
            String kernel,
            String why,
            String thread,
            boolean left) {}

    /** One shard's say that what its thread calls now is for its inputs. Entered and left by that thread. */
    public static final class Scope {
        private final LongSupplier sequence;

        // Plain: only the thread that it names compares it with itself, and that one wrote it.
        private @Nullable Thread inside;

        private Scope(final LongSupplier sequence) {
            this.sequence = sequence;
        }

        /** From now on calls of this thread are for the scope's inputs. */
        public void enter() {
            inside = Thread.currentThread();
        }

        /** No more. */
        public void leave() {
            inside = null;
        }

        private boolean isOf(final Thread caller) {
            return caller.equals(inside);
        }
    }

    /**
     * A scope for a shard.
     *
     * @param sequence of the input that is being applied; read by the shard's thread
     */
    public Scope scope(final LongSupplier sequence) {
        final Scope made = new Scope(sequence);
        scopes.add(made);
        return made;
    }

    synchronized void add(final String kernel, final String why, final boolean left) {
        final Thread caller = Thread.currentThread();
        Scope of = null;
        for (final Scope scope : scopes) {
            of = scope.isOf(caller) ? scope : of;
        }
        count = count + 1; // under the lock
        this.left = left ? why : this.left;
        waiting.add(
                new Failure(count, of, of == null ? 0 : of.sequence.getAsLong(), kernel, why, caller.getName(), left));
        trim();
    }

    /** The latest are left out first: how it began says most. */
    private void trim() {
        for (final Iterator<Failure> last = waiting.descendingIterator(); waiting.size() > CAPACITY; ) {
            if (!last.next().left()) {
                last.remove();
            }
        }
        size = waiting.size();
    }

    /** Calls that failed since the launch, all of them done by the processor. */
    public long count() {
        return count;
    }

    /** Why the device was left, or the empty string while it is used. */
    public String left() {
        return left;
    }

    /** Whether any wait, be it for another scope. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Takes those of a scope and those of none, in their order. */
    public synchronized List<Failure> take(final Scope scope) {
        final List<Failure> taken = new ArrayList<>();
        for (final Iterator<Failure> each = waiting.iterator(); each.hasNext(); ) {
            final Failure failure = each.next();
            if (failure.scope() == null || failure.scope().equals(scope)) {
                taken.add(failure);
                each.remove();
            }
        }
        size = waiting.size();
        return taken;
    }

    /** Puts back what was taken and could not be journaled. */
    public synchronized void putBack(final List<Failure> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            waiting.addFirst(taken.get(i));
        }
        trim();
    }
}
