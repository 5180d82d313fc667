package io.tagma.cuda;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a PTX text says of itself. Immutable.
 *
 * @param name what to call it in messages
 * @param text the PTX
 * @param version of the PTX language, e.g. 7.0
 * @param target the least device, e.g. sm_75
 * @param entries each kernel's parameters in order, as PTX types without the dot, e.g. u64, f32
 */
record PtxImage(String name, String text, String version, String target, Map<String, List<String>> entries) {
    private static final Pattern VERSION = Pattern.compile("^\\.version\\s+(\\d+\\.\\d+)", Pattern.MULTILINE);
    private static final Pattern TARGET = Pattern.compile("^\\.target\\s+(sm_\\d+)", Pattern.MULTILINE);
    private static final Pattern ENTRY = Pattern.compile("\\.entry\\s+(\\w+)\\(([^)]*)\\)");
    private static final Pattern PARAMETER = Pattern.compile("\\.param\\s+(?:\\.align\\s+\\d+\\s+)?\\.(\\w+)");

    static PtxImage of(final String name, final byte[] bytes) {
        final String text = new String(bytes, StandardCharsets.US_ASCII);
        final Matcher version = VERSION.matcher(text);
        final Matcher target = TARGET.matcher(text);
        if (!version.find() || !target.find()) {
            throw new IllegalArgumentException("the kernel image " + name + " of " + bytes.length
                    + " bytes is no PTX: it has no .version and .target; native/build-ptx.sh makes one");
        }
        final Map<String, List<String>> entries = new LinkedHashMap<>();
        final Matcher entry = ENTRY.matcher(text);
        while (entry.find()) {
            entries.put(
                    entry.group(1),
                    PARAMETER
                            .matcher(entry.group(2))
                            .results()
                            .map(match -> match.group(1))
                            .toList());
        }
        return new PtxImage(name, text, version.group(1), target.group(1), entries);
    }

    /** The side of the image in a message about the two that do not fit. */
    String description() {
        return "the kernel image " + name + " is PTX " + version + " for " + target + " and later";
    }
}
