package io.tagma.tools.checklist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.tools.checklist.junit.ChecklistSuite;
import io.tagma.tools.desk.Utterance;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A suite as JUnit tests: a model that behaves passes, and one that is broken on purpose fails each kind, and that kind alone. */
class ChecklistExtensionTest {
    private static final List<Utterance> UNSEEN = List.of(
            new Utterance("weather", "will it rain in lima", ""), new Utterance("flight", "book a plane to cairo", ""));

    /** Looks for one word. */
    private static class WordModel implements TestedModel {
        private boolean rain;

        @Override
        public List<String> intents() {
            return List.of("flight", "weather");
        }

        @Override
        public int classify(final String text) {
            rain = text.toLowerCase(Locale.ROOT).contains("rain");
            return rain ? 1 : 0;
        }

        @Override
        public float probability(final int intent) {
            return intent == (rain ? 1 : 0) ? 0.9f : 0.1f;
        }
    }

    @ChecklistSuite(value = "rain.yaml", unseen = "rain.tsv")
    void behaves(final ChecklistCase test) {
        test.verify(new WordModel());
    }

    private static List<String> failed(final TestedModel model, final List<Utterance> unseen) throws IOException {
        try (InputStream yaml = ChecklistExtensionTest.class.getResourceAsStream("rain.yaml")) {
            return ChecklistCase.read("rain.yaml", yaml, unseen, 1).stream()
                    .filter(test -> {
                        try {
                            test.verify(model);
                            return false;
                        } catch (final AssertionError e) {
                            assertThat(e).hasMessageContaining(test.name());
                            return true;
                        }
                    })
                    .map(ChecklistCase::kind)
                    .toList();
        }
    }

    @Test
    void aModelBrokenOnPurposeFailsEachKind() throws IOException {
        assertThat(failed(new WordModel(), UNSEEN)).isEmpty();
        assertThat(failed(
                        new WordModel() {
                            @Override
                            public int classify(final String text) {
                                return text.equals(text.toUpperCase(Locale.ROOT)) ? 0 : super.classify(text);
                            }
                        },
                        UNSEEN))
                .containsExactly("invariance");
        assertThat(failed(
                        new WordModel() {
                            private int length;

                            @Override
                            public int classify(final String text) {
                                length = text.length();
                                return super.classify(text);
                            }

                            @Override
                            public float probability(final int intent) {
                                return Math.min(1f, length / 100f); // the longer the surer, whatever is said
                            }
                        },
                        UNSEEN))
                .containsExactly("directional");
        assertThat(failed(
                        new WordModel() {
                            @Override
                            public int classify(final String text) {
                                super.classify(text);
                                return 0;
                            }
                        },
                        UNSEEN))
                .containsExactly("minimum");
    }

    @Test
    void nothingTestedIsAFailure() throws IOException {
        assertThat(failed(new WordModel(), List.of())).containsExactly("invariance", "directional");
        try (InputStream yaml = ChecklistExtensionTest.class.getResourceAsStream("rain.yaml")) {
            final ChecklistCase first =
                    ChecklistCase.read("rain.yaml", yaml, List.of(), 1).getFirst();
            assertThatThrownBy(() -> first.verify(new WordModel()))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("upper case: no case");
        }
    }
}
