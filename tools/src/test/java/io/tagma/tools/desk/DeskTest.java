package io.tagma.tools.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeskTest {
    @TempDir
    Path directory;

    private Path file(final String text) throws IOException {
        return Files.writeString(directory.resolve("utterances.tsv"), text);
    }

    @Test
    void aMalformedLineIsNamedWithWhatWasExpected() throws IOException {
        final Path file = file("greet\thello\nbroken\n");
        assertThatThrownBy(() -> UtteranceFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("INTENT<tab>TEXT");
    }

    @Test
    void theThirdColumnNamesTheUser() throws IOException {
        assertThat(UtteranceFile.read(file("greet\thello\tann\nleave\tbye\n")))
                .containsExactly(new Utterance("greet", "hello", "ann"), new Utterance("leave", "bye", ""));
    }

    @Test
    void aurocCountsPairsAndHalvesTies() {
        final OutOfScopeQuality quality = new OutOfScopeQuality();
        quality.addInside(0.1f);
        quality.addInside(0.5f);
        quality.addOutside(0.5f);
        quality.addOutside(0.9f);
        assertThat(quality.auroc()).isEqualTo((1.5 + 2) / 4);
        assertThat(quality.recallAt(0.6f)).isEqualTo(0.5);
    }

    @Test
    void macroF1WeighsClassesAlike() {
        final ClassificationQuality quality = new ClassificationQuality(3);
        quality.add(0, 0);
        quality.add(0, 0);
        quality.add(1, 0);
        assertThat(quality.accuracy()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(quality.macroF1()).isCloseTo((4.0 / 5 + 0) / 2, within(1e-12));
    }

    @Test
    void aCatalogueReadsWhatItWrote() throws IOException {
        final Catalogue catalogue = Catalogue.of(UtteranceFile.read(file("b\tx\na\ty\n")), null);
        assertThat(Catalogue.parse(catalogue.toString()).intents()).containsExactly("a", "b");
        assertThat(catalogue.number("c")).isEqualTo(-1);
    }
}
