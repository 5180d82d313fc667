package io.tagma.tools.checklist;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.tagma.tools.InputFile;
import io.tagma.tools.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads a suite of behavioural tests from YAML. Used by one thread. */
final class SuiteFile {
    /** The name of the suite that needs no file. */
    static final String BUILT_IN = "builtin";

    private final String source;

    private SuiteFile(final String source) {
        this.source = source;
    }

    /**
     * Reads a suite.
     *
     * @param name a file, or {@link #BUILT_IN}
     * @throws ToolException naming the test, what was found and what was expected
     */
    static List<Behaviour> read(final String name) throws IOException {
        final boolean builtIn = BUILT_IN.equals(name);
        if (!builtIn) {
            InputFile.require(Path.of(name), "a suite, which is a YAML file or '" + BUILT_IN + "'");
        }
        try (InputStream in =
                builtIn ? SuiteFile.class.getResourceAsStream("builtin.yaml") : Files.newInputStream(Path.of(name))) {
            return read(name, in);
        }
    }

    /** The same from a stream, called by a name in messages. */
    static List<Behaviour> read(final String name, final InputStream in) throws IOException {
        try {
            return new SuiteFile(name).suite(new YAMLMapper().readTree(in));
        } catch (final JsonProcessingException e) {
            throw new ToolException(name + " is no YAML: " + e.getOriginalMessage());
        }
    }

    private List<Behaviour> suite(final JsonNode root) {
        final JsonNode tests = root.path("tests");
        if (!tests.isArray() || tests.isEmpty()) {
            throw new ToolException(source + " has no list 'tests'");
        }
        final List<Behaviour> suite = new ArrayList<>();
        for (final JsonNode test : tests) {
            suite.add(behaviour(test));
        }
        return suite;
    }

    private Behaviour behaviour(final JsonNode test) {
        final String name = text(test, "name", "?");
        final double ceiling = share(test, "ceiling", name);
        final String kind = text(test, "kind", name);
        return switch (kind) {
            case "minimum" ->
                new Behaviour.Minimum(
                        name, ceiling, text(test, "intent", name), texts(test, "templates", name), lexicon(test, name));
            case "invariance" -> new Behaviour.Invariance(name, ceiling, change(test, name));
            case "directional" ->
                new Behaviour.Directional(name, ceiling, change(test, name), share(test, "tolerance", name));
            default -> throw wrong(name, "kind", "minimum, invariance or directional", kind);
        };
    }

    private Perturbation change(final JsonNode test, final String name) {
        final String change = text(test, "change", name);
        return Arrays.stream(Perturbation.values())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(change))
                .findFirst()
                .orElseThrow(() -> wrong(
                        name,
                        "change",
                        "one of " + Arrays.toString(Perturbation.values()).toLowerCase(Locale.ROOT),
                        change));
    }

    private Map<String, List<String>> lexicon(final JsonNode test, final String name) {
        final Map<String, List<String>> lexicon = new LinkedHashMap<>();
        test.path("lexicon")
                .fieldNames()
                .forEachRemaining(slot -> lexicon.put(slot, texts(test.path("lexicon"), slot, name)));
        return lexicon;
    }

    private List<String> texts(final JsonNode node, final String field, final String name) {
        final List<String> texts = new ArrayList<>();
        node.path(field).forEach(text -> texts.add(text.asText()));
        if (texts.isEmpty()) {
            throw wrong(name, field, "a list of texts", node.path(field).toString());
        }
        return texts;
    }

    private String text(final JsonNode test, final String field, final String name) {
        if (!test.path(field).isTextual()) {
            throw wrong(name, field, "a text", test.path(field).toString());
        }
        return test.path(field).asText();
    }

    private double share(final JsonNode test, final String field, final String name) {
        final JsonNode value = test.path(field);
        if (!value.isNumber() || !(value.asDouble() >= 0 && value.asDouble() <= 1)) {
            throw wrong(name, field, "a share from 0 to 1", value.toString());
        }
        return value.asDouble();
    }

    private ToolException wrong(final String name, final String field, final String expected, final String found) {
        return new ToolException(
                source + ", test '" + name + "': '" + field + "' is " + expected + ", not '" + found + "'");
    }
}
