package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.model.OnnxModels.Opened;
import io.tagma.store.SnapshotInfo;
import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import io.tagma.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph softmax(x W + b), whose bytes are written here, through ONNX Runtime. */
class OnnxModelsTest {
    private static final ModelSchema SCHEMA = new ModelSchema(List.of("a", "b"), List.of("x", "y", "z"));
    private static final float[] WEIGHTS = {1f, 0f, -1f, 0.5f, -0.5f, 0f};
    private static final float[] BIAS = {0.1f, 0.2f, 0.3f};

    @TempDir
    Path folder;

    /** The few fields of ONNX's protobuf messages that a graph of two nodes needs. */
    private static final class Proto {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private void varint(final long value) {
            long left = value;
            while ((left & ~0x7FL) != 0) {
                bytes.write((int) ((left & 0x7F) | 0x80));
                left >>>= 7;
            }
            bytes.write((int) left);
        }

        Proto number(final int field, final long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Proto bytes(final int field, final byte[] value) {
            varint((long) field << 3 | 2);
            varint(value.length);
            bytes.writeBytes(value);
            return this;
        }

        Proto text(final int field, final String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Proto message(final int field, final Proto value) {
            return bytes(field, value.bytes.toByteArray());
        }

        static Proto tensor(final String name, final float[] values, final long... shape) {
            final Proto tensor = new Proto();
            for (final long size : shape) {
                tensor.number(1, size);
            }
            final ByteBuffer raw =
                    ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            raw.asFloatBuffer().put(values);
            return tensor.number(2, 1).text(8, name).bytes(9, raw.array());
        }

        static Proto value(final String name, final long... shape) {
            final Proto sizes = new Proto();
            for (final long size : shape) {
                sizes.message(1, new Proto().number(1, size));
            }
            return new Proto()
                    .text(1, name)
                    .message(2, new Proto().message(1, new Proto().number(1, 1).message(2, sizes)));
        }

        static Proto node(final String operation, final String output, final String... inputs) {
            final Proto node = new Proto();
            for (final String input : inputs) {
                node.text(1, input);
            }
            return node.text(2, output).text(4, operation);
        }
    }

    private Path graph(final float[] bias) throws IOException {
        final Proto graph = new Proto()
                .message(1, Proto.node("Gemm", "scores", "row", "weights", "bias"))
                .message(1, Proto.node("Softmax", "probabilities", "scores"))
                .text(2, "linear")
                .message(5, Proto.tensor("weights", WEIGHTS, 2, 3))
                .message(5, Proto.tensor("bias", bias, 3))
                .message(11, Proto.value("row", 1, 2))
                .message(12, Proto.value("probabilities", 1, 3));
        final Proto model = new Proto()
                .number(1, 8)
                .message(7, graph)
                .message(8, new Proto().text(1, "").number(2, 13));
        return Files.write(folder.resolve("linear" + Arrays.hashCode(bias) + ".onnx"), model.bytes.toByteArray());
    }

    private ModelType type(final float[] bias) throws IOException {
        assertThat(OnnxModels.open(graph(bias))).isInstanceOf(Opened.Loaded.class);
        return ((Opened.Loaded) OnnxModels.open(graph(bias))).type();
    }

    private static float[] expected(final float a, final float b) {
        final double[] scores = new double[3];
        for (int c = 0; c < 3; c++) {
            scores[c] = a * WEIGHTS[c] + b * WEIGHTS[3 + c] + BIAS[c];
        }
        AbstractModel.softmax(scores);
        return new float[] {(float) scores[0], (float) scores[1], (float) scores[2]};
    }

    @Test
    void saysWhatTheGraphSays() throws IOException {
        final OnlineModel model = type(BIAS).create(SCHEMA, 1);
        final float[] said = new float[3];

        for (int i = 0; i < 50; i++) {
            final float a = i * 0.2f - 5;
            final int best = model.predict(new float[] {a, 1 - a}, said);
            final float[] wanted = expected(a, 1 - a);
            for (int c = 0; c < 3; c++) {
                assertThat(said[c]).isCloseTo(wanted[c], org.assertj.core.data.Offset.offset(1e-5f));
                assertThat(said[best]).isGreaterThanOrEqualTo(said[c]);
            }
        }
    }

    @Test
    void learningChangesNothing() throws IOException {
        final OnlineModel model = type(BIAS).create(SCHEMA, 1);
        final float[] before = new float[3];
        final float[] after = new float[3];
        model.predict(new float[] {1, 2}, before);
        for (int i = 0; i < 100; i++) {
            model.learn(new float[] {i, -i}, i % 3);
        }
        model.predict(new float[] {1, 2}, after);

        assertThat(after).isEqualTo(before);
        final float[] why = new float[2];
        model.explain(new float[] {2, 0}, 0, why);
        assertThat(why[0]).isCloseTo(expectedDrop(), org.assertj.core.data.Offset.offset(1e-5f));
        assertThat(why[1]).isZero();
    }

    private static float expectedDrop() {
        return expected(2, 0)[0] - expected(0, 0)[0];
    }

    @Test
    void aSnapshotIsOfOneFile() throws IOException {
        final ModelType type = type(BIAS);
        final Path file = folder.resolve("snapshot");
        try (SnapshotWriter out = new SnapshotWriter(new SnapshotInfo(file, 0, 0, 0, 0))) {
            type.create(SCHEMA, 1).write(out);
            out.commit();
        }
        try (SnapshotReader in = SnapshotReader.open(file)) {
            type.create(SCHEMA, 2).read(in);
        }
        final OnlineModel other = type(new float[] {1, 2, 3}).create(SCHEMA, 1);
        try (SnapshotReader in = SnapshotReader.open(file)) {
            assertThatThrownBy(() -> other.read(in)).isInstanceOf(StoreException.class);
        }
    }

    @Test
    void anotherSchemaIsRefusedWithBothShapes() throws IOException {
        final ModelType type = type(BIAS);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> type.create(new ModelSchema(List.of("a", "b", "c"), List.of("x", "y", "z")), 1))
                .withMessageContaining("3 floats")
                .withMessageContaining("[a, b, c]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> type.create(new ModelSchema(List.of("a", "b"), List.of("x", "y")), 1))
                .withMessageContaining("2 floats");
    }

    @Test
    void whatIsNoModelIsRefusedWithTheReason() throws IOException {
        final Path rubbish = Files.writeString(folder.resolve("rubbish.onnx"), "this is no protobuf");

        assertThat(OnnxModels.open(rubbish))
                .isInstanceOfSatisfying(
                        Opened.Refused.class,
                        refused -> assertThat(refused.reason()).contains("rubbish.onnx"));
        assertThat(OnnxModels.open(folder.resolve("none.onnx")))
                .isInstanceOfSatisfying(
                        Opened.Refused.class,
                        refused -> assertThat(refused.reason()).contains("none.onnx"));
    }

    /** The same classes in a loader that knows everything but the runtime. */
    @Test
    void withoutTheRuntimeItsAbsenceIsAnAnswer() throws Exception {
        final URL[] places = {
            OnnxModels.class.getProtectionDomain().getCodeSource().getLocation(),
            SnapshotReader.class.getProtectionDomain().getCodeSource().getLocation()
        };
        try (URLClassLoader without = new URLClassLoader(places, ClassLoader.getPlatformClassLoader())) {
            final Class<?> gate = without.loadClass(OnnxModels.class.getName());

            assertThat(gate.getMethod("isPresent").invoke(null)).isEqualTo(false);
            assertThat(gate.getMethod("open", Path.class)
                            .invoke(null, graph(BIAS))
                            .toString())
                    .contains("Refused")
                    .contains("com.microsoft.onnxruntime:onnxruntime");
        }
    }
}
