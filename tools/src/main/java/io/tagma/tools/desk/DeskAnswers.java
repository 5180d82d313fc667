package io.tagma.tools.desk;

import io.tagma.engine.ingest.Decision;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** What the engine answered to each utterance. Each place is written once, by a shard's thread, and read by the submitting one. */
final class DeskAnswers {
    private final AtomicIntegerArray answered;
    private final int[] intents;
    private final int[] agents;
    private final float[] strangeness;

    DeskAnswers(final int size) {
        answered = new AtomicIntegerArray(size);
        intents = new int[size];
        agents = new int[size];
        strangeness = new float[size];
    }

    void put(final int i, final Decision decision) {
        intents[i] = decision.intent();
        agents[i] = decision.agent();
        strangeness[i] = decision.outOfScope();
        answered.set(i, 1); // publishes what was just written
    }

    boolean has(final int i) {
        return answered.get(i) != 0;
    }

    int intent(final int i) {
        return intents[i];
    }

    int agent(final int i) {
        return agents[i];
    }

    float strangeness(final int i) {
        return strangeness[i];
    }
}
