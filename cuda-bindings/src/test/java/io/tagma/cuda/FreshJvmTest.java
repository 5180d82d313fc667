package io.tagma.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("In a JVM of its own the gate")
final class FreshJvmTest {
    private static final String DENY = "--illegal-native-access=deny";
    private static final String ENABLE = "--enable-native-access=ALL-UNNAMED";
    private static final String NO_SUCH_LIBRARY = "libtagma-has-no-such-driver.so.1";

    @TempDir
    private Path folder;

    @Test
    void saysThatNativeAccessIsDeniedBeforeItLooksForALibrary() throws Exception {
        assertThat(probe(List.of(DENY), Map.of(), NO_SUCH_LIBRARY))
                .hasSize(2)
                .allSatisfy(line ->
                        assertThat(line).startsWith("NATIVE_ACCESS_DENIED").contains(ENABLE));
    }

    @Test
    void loadsNothingWhereNativeAccessIsDenied() throws Exception {
        // The stand-in aborts its process when it is loaded with a specification that it cannot read.
        final Map<String, String> abortsOnLoad = Map.of("TAGMA_TEST_DRIVER", "nonsense");

        assertThat(probe(List.of(DENY), abortsOnLoad, StandIn.wholeLibrary().toString()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("NATIVE_ACCESS_DENIED"));
    }

    @Test
    void opensWhereNativeAccessIsDeniedToOthers() throws Exception {
        assertThat(probe(
                        List.of(DENY, ENABLE),
                        Map.of("TAGMA_TEST_DRIVER", "devices=1"),
                        StandIn.wholeLibrary().toString()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("AVAILABLE").contains("Tagma test device 0"));
    }

    @Test
    void opensUnderTheJvmsDefaults() throws Exception {
        assertThat(probe(
                        List.of(),
                        Map.of("TAGMA_TEST_DRIVER", "devices=1"),
                        StandIn.wholeLibrary().toString()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("AVAILABLE"));
    }

    @Test
    void saysTwiceThatThereIsNoLibrary() throws Exception {
        assertThat(probe(List.of(ENABLE), Map.of(), NO_SUCH_LIBRARY))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("NO_DRIVER_LIBRARY"));
    }

    @Test
    void findsTheDriverByItsOwnNameOnTheLoadersPath() throws Exception {
        final Path library = StandIn.wholeLibrary();
        final Map<String, String> environment =
                Map.of("LD_LIBRARY_PATH", String.valueOf(library.getParent()), "TAGMA_TEST_DRIVER", "devices=1");

        assertThat(probe(List.of(ENABLE), environment, CudaDriver.LIBRARY_NAME))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).startsWith("AVAILABLE").contains("Tagma test device 0"));
    }

    /** The lines that the probe wrote. */
    private List<String> probe(final List<String> flags, final Map<String, String> environment, final String library)
            throws IOException, InterruptedException {
        final Path answer = folder.resolve("answer");
        final Path output = folder.resolve("output");
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), GateProbe.class.getName()));
        command.addAll(List.of(answer.toString(), library));
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        final Process child = builder.start();
        try {
            assertThat(child.waitFor(60, TimeUnit.SECONDS))
                    .as("the child JVM ends")
                    .isTrue();
            assertThat(child.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            child.destroyForcibly();
        }
        return Files.readAllLines(answer);
    }
}
