package io.tagma.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    @Test
    @SuppressWarnings("restricted") // loads the test-only driver
    void hasTheSignaturesThatJavaBinds() throws IOException {
        final Map<String, FunctionDescriptor> bound =
                new DriverCalls(SymbolLookup.libraryLookup(StandIn.wholeLibrary(), Arena.global())).signatures();
        final Map<String, String> declared = Pattern.compile("^CUresult (cu\\w+)\\((.*)\\);", Pattern.MULTILINE)
                .matcher(Files.readString(HEADER))
                .results()
                .collect(Collectors.toMap(match -> match.group(1), match -> kinds(match.group(2))));

        assertThat(bound).hasSameSizeAs(declared);
        bound.forEach((call, signature) -> assertThat(signature.argumentLayouts().stream()
                        .map(layout -> layout.byteSize() == 8 ? "8" : "4")
                        .collect(Collectors.joining(" ")))
                .as(call)
                .isEqualTo(declared.get(call)));
    }

    /** Each parameter's length in bytes: enums and ints are 4, handles, sizes and pointers 8. None is a float. */
    private static String kinds(final String parameters) {
        return Stream.of(parameters.split(", "))
                .map(parameter -> parameter.replaceAll("\\w+$", "").strip())
                .map(type -> List.of(
                                        "int",
                                        "unsigned int",
                                        "CUdevice",
                                        "CUresult",
                                        "CUdevice_attribute",
                                        "CUstreamCaptureMode")
                                .contains(type)
                        ? "4"
                        : "8")
                .collect(Collectors.joining(" "));
    }
}
