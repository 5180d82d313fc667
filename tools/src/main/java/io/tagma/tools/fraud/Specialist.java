package io.tagma.tools.fraud;

import java.util.Locale;

/** One of the four: a speciality and the model that it learns with. Owned by one thread. */
public final class Specialist {
    private final Speciality speciality;
    private final OnlineLogistic model;
    private final float[] inputs = new float[Speciality.MOST_INPUTS];

    /** Creates a specialist that has learnt nothing. */
    public Specialist(final Speciality speciality) {
        this(speciality, new float[OnlineLogistic.MEMORY_LENGTH]);
    }

    /** Creates a specialist over what one has learnt; see {@link OnlineLogistic#OnlineLogistic(java.util.List, float[])}. */
    public Specialist(final Speciality speciality, final float[] memory) {
        this.speciality = speciality;
        this.model = new OnlineLogistic(speciality.inputs(), memory);
    }

    /** Returns the specialist's ballot on a frame: its log-odds of fraud. */
    public float ballot(final float[] frame, final int offset) {
        speciality.derive(frame, offset, inputs);
        return model.score(inputs, 0);
    }

    /** Learns that a frame, as it was at the decision, turned out as {@code label}: 1 for fraud, 0 for honest. */
    public void learn(final float[] frame, final int offset, final float label) {
        learn(frame, offset, label, 1f);
    }

    /** The same with the learning rate multiplied by a factor. */
    public void learn(final float[] frame, final int offset, final float label, final float factor) {
        speciality.derive(frame, offset, inputs);
        model.learn(inputs, 0, label, factor);
    }

    /** Returns the inputs of the last {@link #ballot} or {@link #learn}, for explanations; overwritten by the next. */
    public float[] inputs() {
        return inputs;
    }

    /** Returns the model, for digests and explanations. */
    public OnlineLogistic model() {
        return model;
    }

    /** Returns what it looks at. */
    public Speciality speciality() {
        return speciality;
    }

    /** Returns its name: velocity, amount, terminal or novelty. */
    public String name() {
        return speciality.name().toLowerCase(Locale.ROOT);
    }
}
