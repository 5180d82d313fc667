package io.tagma.store;

import java.util.List;
import java.util.Map;

/**
 * What a directory was found to be. Immutable.
 *
 * @param byManifest whether every byte was held against a manifest; if not, each thing against its own checksum
 * @param oldManifest whether there is a manifest, but journals were written to since: it was held against nothing
 * @param live whether an engine held the directory
 * @param files that were read
 * @param bytes in them, holes included
 * @param whole by kind, how many things were found whole; empty where something disagrees with a manifest
 * @param damage each bad thing with its file and the offset in it; where something disagrees with a manifest the offset is that of the 4 KiB block
 */
public record VerifyReport(
        boolean byManifest,
        boolean oldManifest,
        boolean live,
        long files,
        long bytes,
        Map<String, Long> whole,
        List<Damage> damage) {
    /** Keeps unmodifiable copies. */
    public VerifyReport {
        whole = Map.copyOf(whole);
        damage = List.copyOf(damage);
    }
}
