package io.tagma.engine.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The gate to ONNX models, which are predicted with and never taught; stateless, any thread, off the hot path.
 *
 * <p>ONNX Runtime is an optional library ({@code com.microsoft.onnxruntime:onnxruntime}): where it is missing or does not load,
 * that is an answer with its reason, and nothing else is touched.
 */
public final class OnnxModels {
    /** What a type's name begins with where types are named on a command line. */
    public static final String PREFIX = "onnx:";

    private static final String RUNTIME = "ai.onnxruntime.OrtEnvironment";
    private static final long MOST_BYTES = 1L << 30;

    private OnnxModels() {}

    /** What came of a file. */
    public sealed interface Opened {
        /**
         * It can be used.
         *
         * @param type whose models all read the file as it was
         */
        record Loaded(ModelType type) implements Opened {}

        /**
         * It cannot.
         *
         * @param reason one line, with what to do
         */
        record Refused(String reason) implements Opened {}
    }

    /** Whether there is a runtime: its version, or why not. */
    public static String runtime() {
        try {
            Class.forName(RUNTIME, true, OnnxModels.class.getClassLoader());
            return "ONNX Runtime " + OnnxModel.runtimeVersion();
        } catch (final ClassNotFoundException e) {
            return "no ONNX Runtime: put com.microsoft.onnxruntime:onnxruntime on the class path";
        } catch (final LinkageError | RuntimeException e) {
            return "ONNX Runtime does not load here: " + e;
        }
    }

    /** Whether there is a runtime. */
    public static boolean isPresent() {
        return runtime().startsWith("ONNX Runtime ") && !runtime().contains("does not load");
    }

    /** Reads a file and makes sure that a runtime takes it; a schema is checked when a model is made for it. */
    public static Opened open(final Path file) {
        final byte[] bytes;
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_BYTES) {
                return new Opened.Refused("no ONNX file of up to 1 GiB: " + file);
            }
            bytes = Files.readAllBytes(file);
        } catch (final IOException e) {
            return new Opened.Refused(file + " cannot be read: " + e.getMessage());
        }
        if (!isPresent()) {
            return new Opened.Refused(runtime());
        }
        final String refusal = OnnxModel.refusal(bytes);
        if (!refusal.isEmpty()) {
            return new Opened.Refused(file + " is no model for ONNX Runtime: " + refusal);
        }
        final String digest = digest(bytes);
        final String name = "onnx-" + digest.substring(0, 12);
        return new Opened.Loaded(new BuiltInModelType(
                name,
                1,
                "ONNX file " + file.getFileName() + ", SHA-256 " + digest,
                (type, schema, seed) -> OnnxModel.of(type, schema, bytes)));
    }

    private static String digest(final byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
