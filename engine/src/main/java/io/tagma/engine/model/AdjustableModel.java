package io.tagma.engine.model;

/** A model whose learning can be taken in hand when what it learns from has changed. Owned by one thread. */
public interface AdjustableModel extends OnlineModel {
    /**
     * Multiplies its own learning rate from now on; 1 in the beginning. No part of a snapshot.
     *
     * @param factor above 0
     */
    void rate(float factor);

    /** Forgets how far each weight has moved, so that it moves again like a new one; keeps the weights. */
    void forgetSteps();
}
