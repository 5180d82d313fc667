package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What map and queue do that would surprise; {@code docs/chronicle-traps.md} has the whole list. */
class ChronicleTrapsTest {
    private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("tagma.root")));
    private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+|\\*)`");

    @TempDir
    Path directory;

    @Test
    void eachTrapHasATestThatExists() throws IOException {
        final List<MatchResult> named = NAMED.matcher(Files.readString(ROOT.resolve("docs/chronicle-traps.md")))
                .results()
                .toList();
        assertThat(named).hasSizeGreaterThan(25);
        final List<String> missing = new ArrayList<>();
        for (final MatchResult test : named) {
            if (sources("test").noneMatch(source -> isTest(source, test.group(1), test.group(2)))) {
                missing.add(test.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void rowsLieOnCacheLines() {
        try (ProfileStore store = ProfileStore.open(config(100, 3))) {
            for (int subject = 0; subject < 100; subject++) {
                assertThat(store.acquireRow(subject)).isPositive().matches(address -> address % 64 == 0);
            }
        }
    }

    @Test
    void rowsUpdatedInPlaceSurviveReopening() {
        try (ProfileStore store = ProfileStore.open(config(100, 3))) {
            for (int subject = 0; subject < 100; subject++) {
                final ProfileRow row = store.newRow().wrap(store.acquireRow(subject));
                row.beginUpdate();
                row.set(2, subject + 0.5f);
                row.endUpdate(subject);
            }
        }
        final ProfileStoreConfig again =
                new ProfileStoreConfig(directory.resolve("rows.dat"), 100, 3, 1, 0, ProfileStoreConfig.Mode.OPEN);
        try (ProfileStore store = ProfileStore.open(again)) {
            for (int subject = 0; subject < 100; subject++) {
                final long address = store.rowAddress(subject);
                assertThat(store.check(address)).isEqualTo(StoreCode.OK);
                assertThat(store.newRow().wrap(address).get(2)).isEqualTo(subject + 0.5f);
            }
            assertThat(store.counters().damaged()).isZero();
        }
    }

    @Test
    void oneRowMoreIsACodeAndTheOthersStay() {
        try (ProfileStore store = ProfileStore.open(config(50, 3))) {
            for (int subject = 0; subject < 50; subject++) {
                assertThat(store.acquireRow(subject)).isPositive();
            }
            for (int subject = 50; subject < 500; subject++) {
                assertThat(store.acquireRow(subject)).isEqualTo(StoreCode.FULL);
            }
            assertThat(store.size()).isEqualTo(50);
            assertThat(store.rowAddress(17)).isPositive();
        }
    }

    @Test
    void anEmptyFileIsNoMapToAReader() throws IOException {
        final Path file = directory.resolve("rows.dat");
        ProfileStore.open(config(50, 3)).close();
        Files.write(file, new byte[0]);
        assertThatThrownBy(() -> ProfileReader.open(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(file.toString());
        assertThat(file).isEmptyFile();
    }

    @Test
    void aMapOfAnotherTypeIsNotTakenForRows() throws IOException {
        final Path file = directory.resolve("rows.dat");
        try (ChronicleMap<Long, Long> other =
                ChronicleMapBuilder.of(Long.class, Long.class).entries(50).createPersistedTo(file.toFile())) {
            other.put(1L, 2L);
        }
        assertThatThrownBy(() -> ProfileReader.open(file))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("rows.dat");
    }

    @Test
    void aSubjectMayBeAskedForTwice() {
        try (ProfileStore store = ProfileStore.open(config(50, 3))) {
            final ProfileRow first = store.newRow().wrap(store.acquireRow(7));
            first.beginUpdate();
            final ProfileRow second = store.newRow().wrap(store.acquireRow(7));
            assertThat(second.address()).isEqualTo(first.address());
            first.endUpdate(1);
        }
    }

    @Test
    void whatWaitsForEverOrOverflowsIsNotCalled() throws IOException {
        final Pattern calls = Pattern.compile("\\.(recoverPersistedTo|createOrRecoverPersistedTo|pretouch)\\(");
        assertThat(sources("main").filter(source -> calls.matcher(text(source)).find()))
                .isEmpty();
    }

    @Test
    void nothingPhonesHome() throws IOException {
        assertThat(Files.readString(ROOT.resolve("config/jvm.args")))
                .contains("-Dchronicle.analytics.disable=true", "-Dchronicle.announcer.disable=true");
        assertThat(System.getProperty("chronicle.analytics.disable")).isEqualTo("true");
    }

    @Test
    void noPublicSignatureHasAChronicleType() throws IOException, URISyntaxException, ClassNotFoundException {
        final Path classes = Path.of(ProfileStore.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        final List<String> found = new ArrayList<>();
        int looked = 0;
        try (Stream<Path> files = Files.walk(classes.resolve("io/tagma/store"))) {
            for (final Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                final String name = classes.relativize(file).toString().replace('/', '.');
                final Class<?> type = Class.forName(
                        name.substring(0, name.length() - 6), false, getClass().getClassLoader());
                if (Modifier.isPublic(type.getModifiers())) {
                    looked++;
                    signatures(type)
                            .filter(text -> text.contains("net.openhft"))
                            .forEach(found::add);
                }
            }
        }
        assertThat(looked).isGreaterThan(20);
        assertThat(found).isEmpty();
    }

    private static Stream<String> signatures(final Class<?> type) {
        final List<String> texts = new ArrayList<>();
        for (final Constructor<?> constructor : type.getDeclaredConstructors()) {
            add(texts, constructor);
        }
        for (final Method method : type.getDeclaredMethods()) {
            add(texts, method);
        }
        for (final Field field : type.getDeclaredFields()) {
            if (isOpen(field.getModifiers())) {
                texts.add(field.toGenericString());
            }
        }
        for (final Type parent : type.getGenericInterfaces()) {
            texts.add(type + " implements " + parent);
        }
        return texts.stream();
    }

    private static void add(final List<String> texts, final Executable member) {
        if (isOpen(member.getModifiers())) {
            texts.add(member.toGenericString());
        }
    }

    private static boolean isOpen(final int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static boolean isTest(final Path source, final String type, final String method) {
        return source.endsWith(type + ".java")
                && (method.equals("*") || text(source).contains("void " + method + "("));
    }

    private static String text(final Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<Path> sources(final String kind) throws IOException {
        final List<Path> found = new ArrayList<>();
        for (final String module : List.of("offheap-store", "engine", "tools")) {
            try (Stream<Path> files =
                    Files.walk(ROOT.resolve(module).resolve("src").resolve(kind))) {
                files.filter(path -> path.toString().endsWith(".java")).forEach(found::add);
            }
        }
        return found.stream();
    }

    private ProfileStoreConfig config(final int rows, final int dimension) {
        return new ProfileStoreConfig(
                directory.resolve("rows.dat"), rows, dimension, 1, 0, ProfileStoreConfig.Mode.CREATE);
    }
}
