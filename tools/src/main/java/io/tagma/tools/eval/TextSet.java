package io.tagma.tools.eval;

import io.tagma.tools.ToolException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Texts as a classifier takes them, with their labels as numbers in alphabetical order. Immutable.
 *
 * @param numbers label to number
 * @param items in their order
 */
record TextSet(Map<String, Integer> numbers, List<Item> items) {
    /**
     * A text.
     *
     * @param text its bytes
     * @param label its number
     */
    record Item(UnsafeBuffer text, int label) {}

    /** Texts that give the labels their numbers. */
    static TextSet of(final List<LabelledText> texts) {
        final Map<String, Integer> numbers = new TreeMap<>();
        texts.forEach(text -> numbers.put(text.label(), 0));
        int next = 0;
        for (final Map.Entry<String, Integer> entry : numbers.entrySet()) {
            entry.setValue(next++);
        }
        return new TextSet(numbers, items(texts, numbers));
    }

    /**
     * Texts of the same labels.
     *
     * @throws ToolException where one has a label that these have not
     */
    TextSet like(final Path file, final List<LabelledText> texts) {
        for (final LabelledText text : texts) {
            if (!numbers.containsKey(text.label())) {
                throw new ToolException(file + " has label '" + text.label()
                        + "', which the texts to learn from do not; evaluate on the same labels");
            }
        }
        return new TextSet(numbers, items(texts, numbers));
    }

    private static List<Item> items(final List<LabelledText> texts, final Map<String, Integer> numbers) {
        return texts.stream()
                .map(text -> new Item(buffer(text.text()), numbers.getOrDefault(text.label(), -1)))
                .toList();
    }

    /** A text's bytes. */
    static UnsafeBuffer buffer(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same in a random order. */
    List<Item> shuffled(final long seed) {
        final List<Item> order = new ArrayList<>(items);
        Collections.shuffle(order, new Random(seed));
        return order;
    }

    /** How many labels there are. */
    int classes() {
        return numbers.size();
    }
}
