package io.tagma.engine.intent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TextFeaturesTest {
    private static final int MAX_BYTES = 64;

    private final TextReader reader = new TextReader(MAX_BYTES);
    private final TextFeatures features = new TextFeatures(reader, MAX_BYTES);

    private Map<String, Integer> extract(final byte[] text) {
        reader.read(new UnsafeBuffer(text), 0, text.length);
        features.extract();
        final Map<String, Integer> found = new TreeMap<>();
        for (int j = 0; j < features.count(); j++) {
            found.merge(features.kind(j) + ' ' + features.text(j), features.frequency(j), Integer::sum);
        }
        return found;
    }

    private Map<String, Integer> extract(final String text) {
        return extract(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void wordsPairsAndRunsOfATextByHand() {
        assertThat(extract("A bc, a!").keySet())
                .containsExactlyInAnyOrder(
                        "word a",
                        "word bc",
                        "pair ^ a",
                        "pair ^ _ bc",
                        "pair a bc",
                        "pair a _ a",
                        "pair bc a",
                        "pair bc _ $",
                        "pair a $",
                        "chars _a",
                        "chars a_",
                        "chars _a_",
                        "chars _b",
                        "chars bc",
                        "chars c_",
                        "chars _bc",
                        "chars bc_",
                        "chars _bc_");
    }

    @Test
    void repetitionsAreCountedOnce() {
        final Map<String, Integer> found = extract("no no no");

        assertThat(found)
                .containsEntry("word no", 3)
                .containsEntry("pair no no", 2)
                .containsEntry("chars _no_", 3);
        assertThat(features.blockEnd(TextFeatures.GRAMS)).isEqualTo(features.count());
    }

    @Test
    void runsEndAtFiveCharacters() {
        assertThat(extract("abcdef").keySet())
                .contains("chars _abcd", "chars bcdef", "chars cdef_")
                .doesNotContain("chars _abcde", "chars abcdef");
    }

    @Test
    void nothingComesFromATextWithoutWords() {
        assertThat(extract("")).isEmpty();
        assertThat(extract(" ?! ... ")).isEmpty();
    }

    @Test
    void lettersBeyondAsciiAreLowerCasedByAFixedRule() {
        assertThat(extract("ÄRGER Ωμέγα ЖУК life’s").keySet())
                .contains("word ärger", "word ωμέγα", "word жук", "word life", "word s");
        assertThat(reader.malformed()).isFalse();
    }

    @Test
    void malformedBytesSeparateWordsAndAreReported() {
        final byte[][] malformed = {
            {'a', (byte) 0x80, 'b'}, // a continuation without a lead
            {'a', (byte) 0xC0, (byte) 0xAF, 'b'}, // overlong
            {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80, 'b'}, // a surrogate
            {'a', (byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80, 'b'}, // beyond U+10FFFF
            {'a', (byte) 0xFF, 'b'}
        };
        for (final byte[] text : malformed) {
            assertThat(extract(text).keySet()).contains("word a", "word b");
            assertThat(reader.malformed()).isTrue();
        }
        extract(new byte[] {'a', ' ', (byte) 0xE2, (byte) 0x80});
        assertThat(reader.malformed()).isTrue();
    }

    @Test
    void longTextsAreCutBetweenCharacters() {
        final String text = "a".repeat(MAX_BYTES - 2) + "€uro";
        extract(text);

        assertThat(reader.truncated()).isTrue();
        assertThat(reader.malformed()).isFalse();
        assertThat(reader.words()).isEqualTo(1);
        assertThat(reader.end(0) - reader.start(0)).isEqualTo(MAX_BYTES - 2);
    }

    @Test
    void theWorstTextsFitTheArrays() {
        for (final String text :
                new String[] {"a ".repeat(MAX_BYTES), "é".repeat(MAX_BYTES), "abcdefghij".repeat(MAX_BYTES)}) {
            extract(text);
            assertThat(features.count()).isLessThanOrEqualTo(features.capacity());
        }
    }

    @Test
    void differentFeaturesHaveDifferentKeys() {
        final Set<Long> keys = new HashSet<>();
        final Set<String> names = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            final Map<String, Integer> found = extract("w" + i + " x" + (i * 7) + " same");
            names.addAll(found.keySet());
            for (int j = 0; j < features.count(); j++) {
                keys.add(features.key(j));
            }
        }
        assertThat(keys).hasSameSizeAs(names).doesNotContain(0L);
    }
}
