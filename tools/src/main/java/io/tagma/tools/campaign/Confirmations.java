package io.tagma.tools.campaign;

import java.util.Arrays;

/**
 * What is known later: a binary heap of due times with the event and impression they are about; equal times in the order of events. Owned by one thread;
 * grows to the most that wait.
 */
final class Confirmations {
    private static final int FIELDS = 4;

    private long[] heap = new long[FIELDS * 1024];
    private int size;

    void add(final long dueNs, final long id, final long impression, final long user) {
        if ((size + 1) * FIELDS > heap.length) {
            heap = Arrays.copyOf(heap, 2 * heap.length);
        }
        int at = size++;
        while (at > 0 && isBefore(dueNs, id, (at - 1) / 2)) {
            copy((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        put(at, dueNs, id, impression, user);
    }

    boolean isDue(final long nowNs) {
        return size > 0 && heap[0] <= nowNs;
    }

    long dueNs() {
        return heap[0];
    }

    long id() {
        return heap[1];
    }

    long impression() {
        return heap[2];
    }

    long user() {
        return heap[3];
    }

    void remove() {
        final int last = --size;
        final long due = heap[last * FIELDS];
        final long id = heap[last * FIELDS + 1];
        int at = 0;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && isBefore(heap[(child + 1) * FIELDS], heap[(child + 1) * FIELDS + 1], child)) {
                child++;
            }
            if (isBefore(due, id, child)) {
                break;
            }
            copy(child, at);
            at = child;
        }
        copy(last, at);
    }

    private boolean isBefore(final long due, final long id, final int other) {
        final long otherDue = heap[other * FIELDS];
        return due < otherDue || (due == otherDue && id < heap[other * FIELDS + 1]);
    }

    private void put(final int at, final long dueNs, final long id, final long impression, final long user) {
        heap[at * FIELDS] = dueNs;
        heap[at * FIELDS + 1] = id;
        heap[at * FIELDS + 2] = impression;
        heap[at * FIELDS + 3] = user;
    }

    private void copy(final int from, final int to) {
        System.arraycopy(heap, from * FIELDS, heap, to * FIELDS, FIELDS);
    }
}
