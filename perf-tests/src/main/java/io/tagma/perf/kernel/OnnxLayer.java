package io.tagma.perf.kernel;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/** ONNX Runtime on one thread, with a model of one {@code Gemm} whose output goes to memory of ours. Used by one thread. */
final class OnnxLayer implements DensePeer {
    private final DensePeers.Job job;
    private final OrtSession session;
    private final OnnxTensor x;
    private final OnnxTensor out;
    private final FloatBuffer scores;
    private final Map<String, OnnxTensor> inputs;
    private final Map<String, OnnxTensor> outputs;

    OnnxLayer(final DensePeers.Job job) throws DensePeers.Unavailable {
        this.job = job;
        try {
            final OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                session = environment.createSession(OnnxModel.gemm(job), options);
            }
            final FloatBuffer given = floats(job.batch() * job.inputs());
            given.put(job.x()).flip();
            scores = floats(job.batch() * job.outputs());
            x = OnnxTensor.createTensor(environment, given, new long[] {job.batch(), job.inputs()});
            out = OnnxTensor.createTensor(environment, scores, new long[] {job.batch(), job.outputs()});
        } catch (final OrtException | UnsatisfiedLinkError e) {
            throw new DensePeers.Unavailable("ONNX Runtime is left out: " + e.getMessage(), e);
        }
        inputs = Map.of(OnnxModel.INPUT, x);
        outputs = Map.of(OnnxModel.OUTPUT, out);
    }

    private static FloatBuffer floats(final int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public void score() {
        try (OrtSession.Result result = session.run(inputs, outputs)) {
            if (result.size() != 1) {
                throw new IllegalStateException("one output was given, ONNX Runtime has " + result.size());
            }
        } catch (final OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public float score(final int row, final int output) {
        return scores.get(row * job.outputs() + output);
    }

    @Override
    public void close() {
        x.close();
        out.close();
        try {
            session.close();
        } catch (final OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
