package io.tagma.engine.intent;

import io.tagma.engine.kernel.Kernels;
import io.tagma.store.PublishedFile;
import io.tagma.store.SnapshotReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks that were taught beside the engine and then published: they answer and learn nothing. Owned by one shard's thread once made.
 *
 * @param classifier their mean
 * @param share of their answer beside a linear classifier's: each of them counts as much as that one
 */
public record PublishedNetworks(IntentClassifier classifier, float share) {
    private static final int KIND = 0x6E657473;
    private static final int MOST = 16;

    /**
     * Writes networks to a published file.
     *
     * @param directory of published files
     * @param networks 1 to 16, all configured alike
     * @return the file's SHA-256 in hexadecimal
     */
    public static String write(
            final Path directory, final IntentClassifierConfig config, final List<EmbeddingBagClassifier> networks) {
        if (networks.isEmpty() || networks.size() > MOST) {
            throw new IllegalArgumentException("1 to " + MOST + " networks are published, not " + networks.size());
        }
        return PublishedFile.write(directory, out -> {
            out.mark(KIND);
            out.mark(config.classes());
            out.mark(config.maxFeatures());
            out.putInt(networks.size());
            networks.forEach(network -> network.saveFrozen(out));
        });
    }

    /**
     * Reads networks.
     *
     * @param config as they were configured
     * @throws io.tagma.store.StoreException when the file is missing, damaged or of networks that were configured otherwise
     */
    static PublishedNetworks read(
            final Path directory, final String sha256, final IntentClassifierConfig config, final Kernels kernels) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "a published file is named by 64 hexadecimal digits, not '" + sha256 + "'");
        }
        try (SnapshotReader in = PublishedFile.open(directory, sha256)) {
            in.expect(KIND);
            in.expect(config.classes());
            in.expect(config.maxFeatures());
            final List<IntentClassifier> networks = new ArrayList<>();
            for (int left = in.getInt(); left > 0; left--) {
                networks.add(EmbeddingBagClassifier.frozen(config, kernels, in));
            }
            return new PublishedNetworks(
                    new BlendedClassifier(config, kernels, networks), networks.size() / (networks.size() + 1f));
        }
    }
}
