package io.tagma.engine.intent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tagma.engine.kernel.ScalarKernels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of a text beside what stands in it. */
class SpellingCorrectorTest {
    private static final int MAX_BYTES = 64;

    private final TextReader reader = new TextReader(MAX_BYTES);
    private final FeatureTable table = new FeatureTable(1024);
    private final SpellingCorrector corrector = new SpellingCorrector(reader, table);

    private void learn(final String text, final int times) {
        read(text);
        for (int w = 0; w < reader.words(); w++) {
            for (int i = 0; i < times; i++) {
                table.count(TextFeatures.wordKey(reader.chars(), reader.start(w), reader.end(w)));
            }
        }
    }

    private void read(final String text) {
        final UnsafeBuffer bytes = new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
        reader.read(bytes, 0, bytes.capacity());
    }

    private String words() {
        final StringBuilder words = new StringBuilder();
        for (int w = 0; w < reader.words(); w++) {
            words.append(words.isEmpty() ? "" : " ").append(reader.text(reader.start(w), reader.end(w)));
        }
        assertThat(reader.text(0, reader.length())).isEqualTo(" " + words + " ");
        return words.toString();
    }

    @ParameterizedTest
    @CsvSource({
        "my balacne now, my balance now", // swapped
        "blance, balance", // left out
        "balancce now, balance now", // too many
        "now my bolance, now my balance", // another
        "balanceq, balance", // too many, at the end
        "qbalance, balance", // and at the front
        "balanc, balance", // left out at the end
        "alance my, balance my", // and at the front
        "ym balance, ym balance", // too short
        "mya now, mya now", // short words are only swapped
        "nwo, now",
        "b4lance, b4lance", // not letters alone
        "bealnce, bealnce", // two slips
        "balance, balance"
    })
    void oneSlipIsRead(final String text, final String expected) {
        learn("my balance now", 2);
        read(text);

        final int corrected = corrector.correct();

        assertThat(words()).isEqualTo(expected);
        assertThat(corrected).isEqualTo(text.equals(expected) ? 0 : 1);
    }

    @Test
    void theMoreFrequentWordIsTakenAndOneThatWasSeenOnceIsNot() {
        learn("planet", 2);
        learn("planes", 3);
        learn("planer", 1);
        read("planeq planexr");

        corrector.correct();

        assertThat(words()).isEqualTo("planes planexr");
    }

    @Test
    void aTextThatIsFullStaysAsItIs() {
        learn("abcdefgh", 2);
        read("abcdefg ".repeat(8).strip() + "x");
        final String before = words();
        assertThat(before).hasSize(MAX_BYTES);

        corrector.correct();

        assertThat(words().length()).isLessThanOrEqualTo(MAX_BYTES);
    }

    @ParameterizedTest
    @CsvSource({
        "please what is my balance, what is my balance",
        "what is my balance please thanks, what is my balance",
        "kindly please show my balance, show my balance",
        "show balance please, show balance please", // two words would be left
        "thanks for your help, thanks for your help",
        "thanks, thanks"
    })
    void courtesiesAreNotRead(final String text, final String expected) {
        read(text);

        reader.strip(Courtesies.keys(Courtesies.ENGLISH.leading()), Courtesies.keys(Courtesies.ENGLISH.trailing()));

        final StringBuilder left = new StringBuilder();
        for (int w = 0; w < reader.words(); w++) {
            left.append(left.isEmpty() ? "" : " ").append(reader.text(reader.start(w), reader.end(w)));
        }
        assertThat(left).hasToString(expected);
    }

    @Test
    void aClassifierReadsAsItIsToldTo() {
        final IntentClassifierConfig config = IntentClassifierConfig.of(2);
        assertThat(answer(config, "please shwo my balnace")).isEqualTo(answer(config, "show my balance"));
        assertThat(answer(config.withSpelling(false), "shwo my balnace"))
                .isNotEqualTo(answer(config.withSpelling(false), "show my balance"));
        assertThat(answer(config.withCourtesies(Courtesies.NONE), "please show my balance"))
                .isNotEqualTo(answer(config.withCourtesies(Courtesies.NONE), "show my balance"));
    }

    private static float answer(final IntentClassifierConfig config, final String text) {
        final IntentClassifier classifier = new AdaGradSoftmaxClassifier(config, new ScalarKernels());
        for (int i = 0; i < 3; i++) {
            learn(classifier, "show my balance", 0);
            learn(classifier, "book a flight please", 1);
        }
        final UnsafeBuffer bytes = new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
        classifier.classify(bytes, 0, bytes.capacity());
        return classifier.probability(0);
    }

    private static void learn(final IntentClassifier classifier, final String text, final int intent) {
        final UnsafeBuffer bytes = new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
        classifier.learn(bytes, 0, bytes.capacity(), intent);
    }

    @Test
    void whatIsNoWordIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Courtesies(List.of("Bitte"), List.of()))
                .withMessageContaining("'Bitte'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Courtesies(List.of(), List.of("thank you")))
                .withMessageContaining("'thank you'");
    }
}
