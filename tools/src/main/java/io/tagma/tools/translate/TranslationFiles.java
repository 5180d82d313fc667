package io.tagma.tools.translate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.translate.DataTransform;
import io.tagma.engine.translate.ProfileSchema;
import io.tagma.engine.translate.ProfileSchema.Feature;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JSON that a translation reads. Errors name the file and the field. Stateless. */
final class TranslationFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TranslationFiles() {}

    /** {@code {"name":"a","features":[{"name":"amount","kind":"euros","aliases":["amt"]}]}}. */
    static ProfileSchema schema(final Path file) throws IOException {
        final JsonNode root = read(file);
        final List<Feature> features = new ArrayList<>();
        for (final JsonNode node : list(file, root, "features")) {
            final List<String> aliases = new ArrayList<>();
            node.path("aliases").forEach(alias -> aliases.add(alias.asText()));
            features.add(new Feature(text(file, node, "name"), node.path("kind").asText("number"), aliases));
        }
        try {
            return new ProfileSchema(text(file, root, "name"), features);
        } catch (final IllegalArgumentException e) {
            throw new ToolException(file + ": " + e.getMessage());
        }
    }

    /** {@code [{"from":"euros","to":"cents","scale":100,"shift":0,"loss":0}]}. */
    static List<DataTransform> transforms(final Path file) throws IOException {
        final List<DataTransform> transforms = new ArrayList<>();
        for (final JsonNode node : read(file)) {
            try {
                transforms.add(new DataTransform(
                        text(file, node, "from"),
                        text(file, node, "to"),
                        (float) node.path("scale").asDouble(1),
                        (float) node.path("shift").asDouble(0),
                        node.path("loss").asDouble(0)));
            } catch (final IllegalArgumentException e) {
                throw new ToolException(file + ": " + e.getMessage());
            }
        }
        return transforms;
    }

    /** One of a profile's objects, by feature; every feature must be there unless there is another value for it. */
    static float[] profile(final Path file, final String field, final ProfileSchema schema, final float otherwise)
            throws IOException {
        final JsonNode node = read(file).path(field);
        final float[] values = new float[schema.size()];
        for (int i = 0; i < values.length; i++) {
            final String name = schema.features().get(i).name();
            final JsonNode value = node.path(name);
            if (value.isMissingNode() && !Float.isNaN(otherwise)) {
                values[i] = otherwise;
            } else {
                values[i] = number(file, field + "." + name, value);
            }
        }
        return values;
    }

    /** {@code {"from":[[...]],"to":[[...]]}}: rows, each as long as its schema. */
    static float[][] rows(final Path file, final String field, final ProfileSchema schema) throws IOException {
        final List<float[]> rows = new ArrayList<>();
        for (final JsonNode node : list(file, read(file), field)) {
            if (node.size() != schema.size()) {
                throw new ToolException(file + ": row " + rows.size() + " of '" + field + "' has " + node.size()
                        + " numbers where '" + schema.name() + "' has " + schema.size() + " features");
            }
            final float[] row = new float[node.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = number(file, field + "[" + rows.size() + "][" + i + "]", node.get(i));
            }
            rows.add(row);
        }
        return rows.toArray(float[][]::new);
    }

    private static JsonNode read(final Path file) throws IOException {
        try {
            return JSON.readTree(file.toFile());
        } catch (final JsonProcessingException e) {
            throw new ToolException(file + " is no JSON: " + e.getOriginalMessage());
        }
    }

    private static JsonNode list(final Path file, final JsonNode node, final String field) {
        if (!node.path(field).isArray()) {
            throw new ToolException(file + ": '" + field + "' is a list, here it is " + node.path(field));
        }
        return node.path(field);
    }

    private static String text(final Path file, final JsonNode node, final String field) {
        if (!node.path(field).isTextual()) {
            throw new ToolException(file + ": '" + field + "' is a text, here it is " + node.path(field));
        }
        return node.path(field).asText();
    }

    private static float number(final Path file, final String field, final JsonNode node) {
        if (!node.isNumber() || !Float.isFinite(node.floatValue())) {
            throw new ToolException(
                    file + ": '" + field + "' is a number, here it is " + (node.isMissingNode() ? "missing" : node));
        }
        return node.floatValue();
    }
}
