package io.tagma.perf.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A dense layer as an ONNX model: the few fields of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a> that it
 * needs, in protobuf's wire format.
 */
final class OnnxModel {
    /** Name of the model's input, B x D. */
    static final String INPUT = "x";

    /** Name of the model's output, B x C. */
    static final String OUTPUT = "y";

    private static final int FLOAT = 1;
    private static final int IR_VERSION = 8;
    private static final int OPSET = 13;
    private static final int LENGTH_DELIMITED = 2;
    private static final int VARINT_BITS = 7;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private OnnxModel() {}

    /** The model of one layer: {@code y = x W + b}. */
    static byte[] gemm(final DensePeers.Job job) {
        final OnnxModel node = new OnnxModel()
                .text(1, INPUT)
                .text(1, "w")
                .text(1, "b")
                .text(2, OUTPUT)
                .text(4, "Gemm");
        final OnnxModel graph = new OnnxModel()
                .message(1, node)
                .text(2, "layer")
                .message(5, tensor("w", job.weights(), job.inputs(), job.outputs()))
                .message(5, tensor("b", job.bias(), job.outputs()))
                .message(11, value(INPUT, job.batch(), job.inputs()))
                .message(12, value(OUTPUT, job.batch(), job.outputs()));
        return new OnnxModel()
                .number(1, IR_VERSION)
                .message(7, graph)
                .message(8, new OnnxModel().text(1, "").number(2, OPSET))
                .bytes
                .toByteArray();
    }

    private static OnnxModel tensor(final String name, final float[] values, final int... dims) {
        final OnnxModel tensor = new OnnxModel();
        for (final int dim : dims) {
            tensor.number(1, dim);
        }
        final ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return tensor.number(2, FLOAT).text(8, name).field(9, raw.array());
    }

    private static OnnxModel value(final String name, final int... dims) {
        final OnnxModel shape = new OnnxModel();
        for (final int dim : dims) {
            shape.message(1, new OnnxModel().number(1, dim));
        }
        final OnnxModel type = new OnnxModel().number(1, FLOAT).message(2, shape);
        return new OnnxModel().text(1, name).message(2, new OnnxModel().message(1, type));
    }

    private OnnxModel number(final int field, final long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    private OnnxModel text(final int field, final String value) {
        return field(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private OnnxModel message(final int field, final OnnxModel value) {
        return field(field, value.bytes.toByteArray());
    }

    private OnnxModel field(final int field, final byte[] value) {
        varint((long) field << 3 | LENGTH_DELIMITED);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    private void varint(final long value) {
        long rest = value;
        while (rest >>> VARINT_BITS != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= VARINT_BITS;
        }
        bytes.write((int) rest);
    }
}
