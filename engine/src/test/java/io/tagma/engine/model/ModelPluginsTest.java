package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.ModelPlugins.Outcome;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars that are compiled here, good and bad ones. */
class ModelPluginsTest {
    private static final String SOURCE = """
        package plugin;

        import io.tagma.engine.model.*;
        import io.tagma.store.*;
        import java.util.List;

        public final class Counting implements ModelPlugin, ModelType {
            static long made;
            public Counting() { CONSTRUCTOR }
            @Override public int contract() { return CONTRACT_VALUE; }
            @Override public List<ModelType> types() { return List.of(this); }
            @Override public String name() { return "TYPE_NAME"; }
            @Override public int version() { return 1; }
            @Override public String source() { return "counts"; }
            @Override public OnlineModel create(ModelSchema schema, long seed) { return new Model(MODEL_SCHEMA); }

            static final class Model implements OnlineModel {
                private final ModelSchema schema;
                private final long[] counts;
                Model(ModelSchema schema) {
                    this.schema = schema;
                    counts = new long[schema.classes().size()];
                    java.util.Arrays.fill(counts, 1);
                    EXTRA
                }
                @Override public ModelSchema schema() { return schema; }
                @Override public int predict(float[] features, float[] probabilities) {
                    long sum = 0;
                    for (long count : counts) { sum += count; }
                    int best = 0;
                    for (int c = 0; c < counts.length; c++) {
                        probabilities[c] = (float) counts[c] / sum;
                        best = probabilities[c] > probabilities[best] ? c : best;
                    }
                    return best;
                }
                @Override public void learn(float[] features, int label) { counts[label]++; }
                @Override public void explain(float[] features, int label, float[] contributions) {}
                @Override public void write(SnapshotWriter out) { out.putLongs(counts, 0, WRITTEN); }
                @Override public void read(SnapshotReader in) { in.getLongs(counts, 0, WRITTEN); }
            }
        }
        """;

    @TempDir
    Path folder;

    private Path jar(final String name, final String... replacements) throws IOException {
        String source = SOURCE;
        for (int i = 0; i < replacements.length; i += 2) {
            source = source.replace(replacements[i], replacements[i + 1]);
        }
        source = source.replace("CONTRACT_VALUE", "ModelPlugin.CONTRACT")
                .replace("MODEL_SCHEMA", "schema")
                .replace("TYPE_NAME", name.toLowerCase(Locale.ROOT))
                .replace("CONSTRUCTOR", "")
                .replace("EXTRA", "")
                .replace("WRITTEN", "counts.length");
        final Path work = Files.createDirectories(folder.resolve(name));
        final Path plugin = Files.createDirectories(work.resolve("plugin")).resolve("Counting.java");
        Files.writeString(plugin, source);
        final Path helper = Files.writeString(work.resolve("plugin").resolve("Helper.java"), """
            package plugin;
            final class Helper { static int help() { return 1; } }
            """);
        final String classPath = ModelPlugin.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()
                + File.pathSeparator
                + io.tagma.store.SnapshotWriter.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath();
        final int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream(),
                        "-proc:none",
                        "-cp",
                        classPath,
                        "-d",
                        work.toString(),
                        plugin.toString(),
                        helper.toString());
        assertThat(code).as("compilation of %s", name).isZero();
        final boolean incomplete = name.equals("missing");
        final Path jar = folder.resolve(name + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> classes = Files.walk(work)) {
            for (final Path file : classes.filter(f -> f.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                if (!incomplete || !file.getFileName().toString().equals("Helper.class")) {
                    out.putNextEntry(new ZipEntry("plugin/" + file.getFileName()));
                    Files.copy(file, out);
                }
            }
            out.putNextEntry(new ZipEntry("META-INF/services/" + ModelPlugin.class.getName()));
            out.write("plugin.Counting\n".getBytes(StandardCharsets.UTF_8));
        }
        return jar;
    }

    private static void assertRefused(final ModelPlugins plugins, final Path jar, final String... reasons) {
        final ModelTypes before = plugins.types();
        assertThat(plugins.load(jar))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reasons));
        assertThat(plugins.types()).as("what was there stays").isSameAs(before);
    }

    @Test
    void aGoodJarServesAndIsUnloaded() throws IOException {
        try (ModelPlugins plugins = new ModelPlugins(ModelTypes.builtIn())) {
            final Path good = jar("good");

            assertThat(plugins.load(good)).isEqualTo(new Outcome.Added(List.of("good")));
            final OnlineModel model = plugins.types().get("good").create(DriftingStream.SCHEMA, 1);
            for (int i = 0; i < 5; i++) {
                model.learn(new float[5], 2);
            }
            assertThat(model.predict(new float[5], new float[3])).isEqualTo(2);
            assertThat(model.getClass().getClassLoader()).isNotSameAs(ModelPlugin.class.getClassLoader());
            assertRefused(plugins, good, "loaded already");
            assertThat(plugins.unload(good)).isTrue();
            assertThat(plugins.unload(good)).isFalse();
            assertThat(plugins.types().all())
                    .isEqualTo(ModelTypes.builtIn().all())
                    .hasSizeGreaterThan(7);
            assertThat(model.predict(new float[5], new float[3]))
                    .as("a model lives on")
                    .isEqualTo(2);
            assertThat(plugins.load(good)).as("and again").isInstanceOf(Outcome.Added.class);
        }
    }

    @Test
    void anUnloadedJarsClassesGo() throws IOException {
        try (ModelPlugins plugins = new ModelPlugins(ModelTypes.builtIn())) {
            final Path good = jar("gone");
            plugins.load(good);
            final WeakReference<ClassLoader> loader =
                    new WeakReference<>(plugins.types().get("gone").getClass().getClassLoader());
            plugins.unload(good);
            for (int i = 0; i < 50 && loader.get() != null; i++) {
                System.gc();
            }
            assertThat(loader.get()).isNull();
        }
    }

    @Test
    void badJarsAreRefusedWithTheReasonAndTheRestStaysLive() throws IOException {
        try (ModelPlugins plugins = new ModelPlugins(ModelTypes.builtIn())) {
            assertThat(plugins.load(jar("first"))).isInstanceOf(Outcome.Added.class);

            assertRefused(plugins, jar("contract", "CONTRACT_VALUE", "99"), "contract 99", "this is 1");
            assertRefused(
                    plugins,
                    jar("throwing", "CONSTRUCTOR", "throw new IllegalStateException(\"no licence\");"),
                    "throwing.jar");
            assertRefused(plugins, jar("missing", "EXTRA", "Helper.help();"), "plugin/Helper");
            assertRefused(
                    plugins,
                    jar("schema", "MODEL_SCHEMA", "new ModelSchema(List.of(\"mine\"), List.of(\"a\", \"b\", \"c\"))"),
                    "another schema");
            assertRefused(plugins, jar("random", "EXTRA", "counts[0] += made++;"), "not deterministic");
            assertRefused(plugins, jar("forgetful", "WRITTEN", "1"), "read from its snapshot", "not deterministic");
            assertRefused(plugins, jar("Taken", "TYPE_NAME", "first"), "'first' already");
            assertRefused(plugins, jar("Name", "TYPE_NAME", "No Name"), "No Name");
            assertRefused(plugins, folder.resolve("none.jar"), "no such jar");
            assertRefused(plugins, Files.writeString(folder.resolve("text.jar"), "no zip"), "text.jar");

            final float[] said = new float[3];
            assertThat(plugins.types()
                            .get("first")
                            .create(DriftingStream.SCHEMA, 1)
                            .predict(new float[5], said))
                    .isZero();
        }
    }
}
