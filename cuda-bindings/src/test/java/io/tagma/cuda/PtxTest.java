package io.tagma.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The PTX that is checked in: of these sources, and with none of the instructions that would change a result. */
class PtxTest {
    private static final Path ROOT = Path.of(System.getProperty("tagma.root", ".."));
    private static final Path PTX = ROOT.resolve("cuda-bindings/src/main/resources/io/tagma/cuda/tagma_kernels.ptx");

    @Test
    void isOfTheseSources() throws Exception {
        final ByteArrayOutputStream sources = new ByteArrayOutputStream();
        try (Stream<Path> files = Files.list(ROOT.resolve("native/cuda"))) {
            final List<Path> sorted = files.filter(file -> file.toString().matches(".*\\.cuh?"))
                    .sorted()
                    .toList();
            for (final Path file : sorted) {
                sources.write(Files.readAllBytes(file));
            }
        }
        sources.write(Files.readAllBytes(ROOT.resolve("native/build-ptx.sh")));
        final String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sources.toByteArray()));

        assertThat(Files.readString(PTX))
                .as("made anew by: sh native/build-ptx.sh")
                .contains("// sources sha256 " + sum);
    }

    @Test
    void isWhatNvccMakesOfThemWhereThereIsOne() {
        // Compiled and compared by native/build.sh, which fails the build.
        StandIn.requireBuilt("ptx");
    }

    @Test
    void fusesRoundsAndKeepsSubnormalsAsTheSourceSays() throws IOException {
        final List<String> floats = Files.readAllLines(PTX, StandardCharsets.US_ASCII).stream()
                .map(String::strip)
                .filter(line ->
                        line.matches("(@\\S+ )?(add|sub|mul|mad|fma|div|sqrt|rsqrt|rcp|ex2|lg2)\\S*\\.f32\\s.*"))
                .toList();

        assertThat(floats).hasSizeGreaterThan(100);
        assertThat(floats)
                .allMatch(
                        line -> line.matches("(@\\S+ )?((add|sub|mul|fma|div|sqrt)\\.rn)\\.f32\\s.*"),
                        "rounded to nearest, nothing flushed");
    }
}
