package io.tagma.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The header tagma_cuda.h")
final class HeaderTest {
    private static final Path HEADER =
            Path.of(System.getProperty("tagma.root", "..")).resolve("native/include/tagma_cuda.h");

    @Test
    void agreesWithTheToolkitsWhereThereIsOne() {
        // The compile itself, and a planted disagreement that must fail it, are in native/build.sh and fail the build.
        StandIn.requireBuilt("cuda-h");
    }

    @Test
    void declaresTheCallsThatJavaBindsAndNoOther() throws IOException {
        final List<String> declared = Pattern.compile("^CUresult (cu\\w+)\\(", Pattern.MULTILINE)
                .matcher(Files.readString(HEADER))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();

        assertThat(declared).containsExactlyElementsOf(DriverCalls.SYMBOLS);
    }
}
