package io.tagma.engine.intent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Assumptions;

/** CLINC150 (Larson and others, EMNLP 2019) as the tests need it; a machine without it skips them visibly. */
final class Clinc {
    static final int OUT_OF_SCOPE = -1;

    /** One utterance with the number of its intent or {@link #OUT_OF_SCOPE}. */
    record Utterance(int intent, UnsafeBuffer text) {
        int classify(final IntentClassifier classifier, final IntentPrior prior) {
            return classifier.classify(text, 0, text.capacity(), prior);
        }

        void teach(final IntentClassifier classifier) {
            classifier.learn(text, 0, text.capacity(), intent);
        }
    }

    private final Path folder;
    private final Map<String, Integer> intents = new LinkedHashMap<>();

    private Clinc(final Path folder) {
        this.folder = folder;
    }

    static Clinc orSkip() {
        final String data = System.getProperty("tagma.data", "");
        final Path folder = Path.of(data.isEmpty() ? "no-data" : data, "clinc150");
        Assumptions.assumeTrue(
                Files.isDirectory(folder),
                () -> "no CLINC150 under tagma.data=" + data + ": set TAGMA_DATA to the folder that holds clinc150/");
        return new Clinc(folder);
    }

    List<Utterance> read(final String part) {
        final List<Utterance> utterances = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(folder.resolve(part + ".tsv.gz"))), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                final int tab = line.indexOf('\t');
                final String name = line.substring(0, tab);
                final int intent =
                        "oos".equals(name) ? OUT_OF_SCOPE : intents.computeIfAbsent(name, unseen -> intents.size());
                utterances.add(new Utterance(
                        intent, new UnsafeBuffer(line.substring(tab + 1).getBytes(StandardCharsets.UTF_8))));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return utterances;
    }

    /** Percentage of pairs in which the positive scores higher, ties for half. */
    static double auroc(final float[] positives, final float[] negatives) {
        final float[] sorted = negatives.clone();
        Arrays.sort(sorted);
        double wins = 0;
        for (final float score : positives) {
            wins += (below(sorted, score) + below(sorted, Math.nextUp(score))) / 2.0;
        }
        return 100 * wins / ((double) positives.length * sorted.length);
    }

    private static int below(final float[] sorted, final float limit) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (sorted[middle] < limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
