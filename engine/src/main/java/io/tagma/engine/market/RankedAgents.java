package io.tagma.engine.market;

import java.util.Arrays;

/** The agents that have one capability in a binary heap, the best on top, each known by its place. Owned by its index's thread. */
final class RankedAgents {
    private static final int ABSENT = -1;

    private final float[] scores;
    private final float[] bases;
    private final int[] heap;
    private final int[] places;
    private int[] open = new int[16];
    private int openCount;
    private int size;

    RankedAgents(final int maxAgents) {
        scores = new float[maxAgents];
        bases = new float[maxAgents];
        heap = new int[maxAgents];
        places = new int[maxAgents];
        Arrays.fill(places, ABSENT);
    }

    boolean contains(final int agent) {
        return places[agent] != ABSENT;
    }

    float score(final int agent) {
        return contains(agent) ? scores[agent] : Float.NaN;
    }

    float base(final int agent) {
        return bases[agent];
    }

    void base(final int agent, final float value) {
        bases[agent] = value;
    }

    int size() {
        return size;
    }

    void put(final int agent, final float score) {
        scores[agent] = score;
        if (places[agent] == ABSENT) {
            place(agent, size++);
        }
        final int at = places[agent];
        if (siftUp(at) == at) {
            siftDown(at);
        }
    }

    void remove(final int agent) {
        final int at = places[agent];
        if (at == ABSENT) {
            return;
        }
        places[agent] = ABSENT;
        final int last = heap[--size];
        if (last != agent) {
            place(last, at);
            if (siftUp(at) == at) {
                siftDown(at);
            }
        }
    }

    /** Whether the agent at one place ranks before that at another. */
    private boolean before(final int left, final int right) {
        final int difference = Float.compare(scores[heap[left]], scores[heap[right]]);
        return difference > 0 || (difference == 0 && heap[left] < heap[right]);
    }

    private void place(final int agent, final int at) {
        heap[at] = agent;
        places[agent] = at;
    }

    private void swap(final int left, final int right) {
        final int agent = heap[left];
        place(heap[right], left);
        place(agent, right);
    }

    private int siftUp(final int from) {
        int at = from;
        while (at > 0 && before(at, (at - 1) / 2)) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
        return at;
    }

    private void siftDown(final int from) {
        int at = from;
        while (true) {
            int best = at;
            for (int child = 2 * at + 1; child <= 2 * at + 2 && child < size; child++) {
                best = before(child, best) ? child : best;
            }
            if (best == at) {
                return;
            }
            swap(at, best);
            at = best;
        }
    }

    /** The best first: a second heap holds the places that may be next, which each one taken makes one more. */
    int top(final int[] into) {
        final int count = Math.min(into.length, size);
        if (count + 1 > open.length) {
            open = new int[2 * count]; // once for each greater k
        }
        openCount = 0;
        if (count > 0) {
            push(0);
        }
        for (int i = 0; i < count; i++) {
            final int at = pop();
            into[i] = heap[at];
            if (2 * at + 1 < size) {
                push(2 * at + 1);
            }
            if (2 * at + 2 < size) {
                push(2 * at + 2);
            }
        }
        return count;
    }

    private void push(final int place) {
        int at = openCount++;
        while (at > 0 && before(place, open[(at - 1) / 2])) {
            open[at] = open[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        open[at] = place;
    }

    private int pop() {
        final int top = open[0];
        final int moved = open[--openCount];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child + 1 < openCount && before(open[child + 1], open[child])) {
                child++;
            }
            if (child >= openCount || !before(open[child], moved)) {
                open[at] = moved;
                return top;
            }
            open[at] = open[child];
            at = child;
        }
    }
}
