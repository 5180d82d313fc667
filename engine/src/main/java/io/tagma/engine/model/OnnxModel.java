package io.tagma.engine.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * A frozen model that ONNX Runtime computes: learning changes nothing. Owned by one thread; touched only behind {@link OnnxModels}.
 *
 * <p>The graph takes one float tensor of one row and an input a column, and gives a float tensor with a value a class; values that
 * are no probabilities are turned into them by softmax. It runs on one thread and in its deterministic mode: one machine always gives
 * the same bits, processors of another kind may round otherwise, so a journal with such a model is replayed on its own kind.
 * Missing values reach the graph as NaN. A prediction allocates, and costs some 10 us.
 */
final class OnnxModel implements OnlineModel {
    private static final float SUM_TOLERANCE = 1e-3f;

    private final ModelType type;
    private final ModelSchema schema;
    private final OrtSession session;
    private final String input;
    private final String output;
    private final FloatBuffer row;
    private final float[] features;
    private final float[] said;

    private OnnxModel(
            final ModelType type,
            final ModelSchema schema,
            final OrtSession session,
            final String input,
            final String output) {
        this.type = type;
        this.schema = schema;
        this.session = session;
        this.input = input;
        this.output = output;
        features = new float[schema.inputs().size()];
        said = new float[schema.classes().size()];
        row = ByteBuffer.allocateDirect(features.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    static String runtimeVersion() {
        return OrtEnvironment.getEnvironment().getVersion();
    }

    /** Why the runtime does not take a model, or nothing. */
    static String refusal(final byte[] bytes) {
        try (OrtSession session = session(bytes)) {
            return session.getNumInputs() == 1 ? "" : "it has " + session.getNumInputs() + " inputs, not one";
        } catch (final OrtException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static OrtSession session(final byte[] bytes) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setDeterministicCompute(true);
            return OrtEnvironment.getEnvironment().createSession(bytes, options);
        }
    }

    /**
     * A model for a schema.
     *
     * @throws IllegalArgumentException when the graph takes or gives something else, with what
     */
    static OnnxModel of(final ModelType type, final ModelSchema schema, final byte[] bytes) {
        try {
            final OrtSession session = session(bytes);
            final Map.Entry<String, NodeInfo> in =
                    session.getInputInfo().entrySet().iterator().next();
            if (!fits(in.getValue(), schema.inputs().size())) {
                throw new IllegalArgumentException(
                        type.name() + " takes " + in.getValue().getInfo() + ", not one row of "
                                + schema.inputs().size() + " floats " + schema.inputs());
            }
            for (final Map.Entry<String, NodeInfo> out : session.getOutputInfo().entrySet()) {
                if (fits(out.getValue(), schema.classes().size())) {
                    return new OnnxModel(type, schema, session, in.getKey(), out.getKey());
                }
            }
            throw new IllegalArgumentException(type.name() + " gives " + session.getOutputInfo() + ", not one row of "
                    + schema.classes().size() + " floats " + schema.classes());
        } catch (final OrtException e) {
            throw new IllegalArgumentException(type.name() + " does not load: " + e.getMessage(), e);
        }
    }

    private static boolean fits(final NodeInfo node, final int width) {
        if (!(node.getInfo() instanceof final TensorInfo tensor) || tensor.type != OnnxJavaType.FLOAT) {
            return false;
        }
        final long[] shape = tensor.getShape();
        return shape.length == 2 && (shape[0] == 1 || shape[0] == -1) && (shape[1] == width || shape[1] == -1);
    }

    @Override
    public ModelSchema schema() {
        return schema;
    }

    @Override
    public int predict(final float[] values, final float[] probabilities) {
        if (values.length != features.length || probabilities.length != said.length) {
            throw new IllegalArgumentException(type.name() + " takes " + features.length + " inputs " + schema.inputs()
                    + " and gives " + said.length + " probabilities, not " + values.length + " and "
                    + probabilities.length);
        }
        run(values, probabilities);
        int best = 0;
        for (int c = 1; c < probabilities.length; c++) {
            best = probabilities[c] > probabilities[best] ? c : best;
        }
        return best;
    }

    private void run(final float[] values, final float[] probabilities) {
        row.clear();
        row.put(values).flip();
        try (OnnxTensor tensor =
                        OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), row, new long[] {1, values.length});
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            final OnnxTensor given = (OnnxTensor) result.get(output).orElseThrow();
            final FloatBuffer floats = given.getFloatBuffer();
            if (floats.remaining() != probabilities.length) {
                throw new IllegalArgumentException(type.name() + " gave " + floats.remaining() + " values, not "
                        + probabilities.length + " " + schema.classes());
            }
            floats.get(probabilities);
        } catch (final OrtException e) {
            throw new IllegalStateException(type.name() + " failed: " + e.getMessage(), e);
        }
        makeProbabilities(probabilities);
    }

    private static void makeProbabilities(final float[] values) {
        float sum = 0f;
        boolean proper = true;
        for (final float value : values) {
            sum += value;
            proper &= value >= 0f && value <= 1f;
        }
        if (proper && Math.abs(sum - 1f) < SUM_TOLERANCE) {
            return;
        }
        final double[] margins = new double[values.length];
        for (int c = 0; c < values.length; c++) {
            margins[c] = Float.isFinite(sum) ? values[c] : 0; // a graph that cannot say takes all for alike
        }
        AbstractModel.softmax(margins);
        for (int c = 0; c < values.length; c++) {
            values[c] = (float) margins[c];
        }
    }

    /** Changes nothing but refuses what no model could learn. */
    @Override
    public void learn(final float[] values, final int label) {
        if (values.length != features.length || label < 0 || label >= said.length) {
            throw new IllegalArgumentException(
                    type.name() + " takes " + features.length + " inputs and has classes 0 to " + (said.length - 1)
                            + " " + schema.classes() + ", not " + values.length + " and " + label);
        }
    }

    /** Against an input of zero, since a frozen model knows no mean. */
    @Override
    public void explain(final float[] values, final int label, final float[] contributions) {
        learn(values, label);
        if (contributions.length != features.length) {
            throw new IllegalArgumentException(type.name() + " has " + features.length + " inputs, not "
                    + contributions.length + " contributions");
        }
        System.arraycopy(values, 0, features, 0, values.length);
        run(features, said);
        final float whole = said[label];
        for (int i = 0; i < features.length; i++) {
            features[i] = 0f;
            run(features, said);
            contributions[i] = whole - said[label];
            features[i] = values[i];
        }
    }

    @Override
    public void write(final SnapshotWriter out) {
        out.mark(type.name().hashCode()); // the name holds the file's digest
    }

    @Override
    public void read(final SnapshotReader in) {
        in.expect(type.name().hashCode());
    }
}
