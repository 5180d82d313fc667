package io.tagma.engine.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.agrona.UnsafeApi;

/**
 * Weights of several outputs over dense inputs, with a bias and AdaGrad's accumulators, outside the heap. Owned by one thread.
 *
 * <p>Laid out in panels of {@value #PANEL} outputs, the last one narrower, a multiple of {@link FloatRows#PADDING}: a panel holds one
 * row of weights an input and one more for the bias, so that whoever scores a panel reads memory from the front to the back (Goto and
 * van de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34, 2008). The accumulators follow in the same layout.
 */
public final class DenseLayer {
    /** Outputs of a panel, but for the last. */
    public static final int PANEL = 64;

    private static final int ALIGNMENT = 64;

    private final MemorySegment memory;
    private final long address;
    private final int inputs;
    private final int outputs;
    private final int stride;
    private final long half;

    private DenseLayer(final MemorySegment memory, final int inputs, final int outputs, final int stride) {
        this.memory = memory;
        this.address = memory.address();
        this.inputs = inputs;
        this.outputs = outputs;
        this.stride = stride;
        half = (long) (inputs + 1) * stride * Float.BYTES;
    }

    /**
     * A layer whose weights, biases and accumulators are 0.
     *
     * @param arena whose memory it is
     * @param inputs D, 1 or more
     * @param outputs C, 1 or more
     */
    public static DenseLayer allocate(final Arena arena, final int inputs, final int outputs) {
        if (inputs < 1 || outputs < 1) {
            throw new IllegalArgumentException(
                    "a layer needs one input and one output at least: " + inputs + " and " + outputs);
        }
        final int stride = FloatRows.padded(outputs);
        return new DenseLayer(
                arena.allocate(2L * (inputs + 1) * stride * Float.BYTES, ALIGNMENT), inputs, outputs, stride);
    }

    /** D. */
    public int inputs() {
        return inputs;
    }

    /** C. */
    public int outputs() {
        return outputs;
    }

    /** C with padding: floats that a row of scores must have room for. */
    public int stride() {
        return stride;
    }

    /** The weight of an input for an output; the bias for input D. */
    public float weight(final int input, final int output) {
        return UnsafeApi.getFloat(checked(input, output));
    }

    /** Sets a weight, or the bias as input D. */
    public void weight(final int input, final int output, final float value) {
        UnsafeApi.putFloat(checked(input, output), value);
    }

    /** AdaGrad's accumulator of a weight. */
    public float accumulator(final int input, final int output) {
        return UnsafeApi.getFloat(checked(input, output) + half);
    }

    private long checked(final int input, final int output) {
        if (input < 0 || input > inputs || output < 0 || output >= stride) {
            throw new IndexOutOfBoundsException(
                    "input " + input + ", output " + output + " of " + inputs + " inputs and " + outputs + " outputs");
        }
        alive();
        return panel(output / PANEL) + ((long) input * width(output / PANEL) + output % PANEL) * Float.BYTES;
    }

    /** Panels. */
    public int panels() {
        return (stride + PANEL - 1) / PANEL;
    }

    /** Outputs of a panel, padding included. */
    public int width(final int panel) {
        return Math.min(PANEL, stride - panel * PANEL);
    }

    /** Where a panel's weights begin. */
    public long panel(final int panel) {
        return address + (long) panel * PANEL * (inputs + 1) * Float.BYTES;
    }

    /** Bytes from a weight to its accumulator. */
    public long half() {
        return half;
    }

    /**
     * The memory, which a caller keeps reachable while it works on addresses.
     *
     * @throws IllegalStateException when its arena is closed
     */
    public MemorySegment alive() {
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("the arena of this layer is closed: " + inputs + " x " + outputs);
        }
        return memory;
    }
}
