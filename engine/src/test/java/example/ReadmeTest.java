package example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("tagma.root", ".."));

    @Test
    void theExampleInTheReadmeIsTheOneThatIsCompiled() throws Exception {
        final String readme = Files.readString(ROOT.resolve("README.md"));
        final String compiled = Files.readString(ROOT.resolve("engine/src/test/java/example/SpeedLimit.java"));
        assertThat(readme).contains(compiled.strip());
        assertThat(compiled.strip().lines().count()).isLessThanOrEqualTo(40);
    }

    @Test
    void theSixthPaymentIsRefusedAndSoIsTheSeventhAfterARestart(@TempDir final Path directory) {
        assertThat(run(directory)).contains("payment 5: action 0").contains("payment 6: action 2");
        assertThat(run(directory)).contains("payment 1: action 2");
    }

    private static String run(final Path directory) {
        final PrintStream before = System.out;
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            SpeedLimit.main(new String[] {directory.toString()});
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
