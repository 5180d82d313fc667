package io.tagma.engine.training;

import io.tagma.engine.intent.TextHooks;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One thing that those who train ask of an engine's models. Immutable; written as a line of words, e.g. {@code tune velocity rate
 * 0.5}, and read back from it bit for bit.
 *
 * @param kind what is to be done
 * @param model the agent's name; empty where the command is about all
 * @param number of {@link Kind#STEP}: outcomes; of {@link Kind#ROLLBACK}: version, 0 for the newest; of {@link Kind#INJECT}: index
 *     of the first float; else 0
 * @param values of {@link Kind#TUNE}: the rate; of {@link Kind#INJECT} and {@link Kind#PUBLISH}: the floats; else none
 * @param hookName of {@link Kind#HOOK} and {@link Kind#UNHOOK}: the hook's name; else empty
 * @param spec of {@link Kind#HOOK}: how the hook is written; of {@link Kind#PUBLISH} without floats: the file; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // cloned on the way in and out, compared by content
public record TrainingCommand(Kind kind, String model, long number, float[] values, String hookName, String spec) {
    /** Most that a learning rate may be multiplied with; the least is its inverse. */
    public static final float MOST_RATE = 1000f;

    /** What a published file is written behind, its SHA-256 in hexadecimal. */
    public static final String FILE = "sha256:";

    /** Name of the text model, beside the agents. */
    public static final String CLASSIFIER = "classifier";

    /** Name of the hook that has the answers of the file published last. */
    public static final String PUBLISHED = "published";

    private static final float[] NONE = {};

    /** What there is to ask for. */
    public enum Kind {
        /** All learn again: neither paused nor frozen. */
        START("start"),
        /** Nobody learns until told to; outcomes still update rows. */
        PAUSE("pause"),
        /** Ends a pause; what is frozen stays so. */
        RESUME("resume"),
        /** In a pause: the next so many outcomes of each shard are learnt from. */
        STEP("step N"),
        /** Multiplies a model's own learning rate. */
        TUNE("tune MODEL rate FACTOR"),
        /** A model learns nothing until it is thawed. */
        FREEZE("freeze MODEL"),
        /** It learns again. */
        THAW("thaw MODEL"),
        /** What the model has learnt becomes its next version, which a rollback returns to. */
        PROMOTE("promote MODEL"),
        /** The model is again what it was as a version. */
        ROLLBACK("rollback MODEL [VERSION]"),
        /** Writes floats into a model's memory. */
        INJECT("inject MODEL INDEX FLOAT,FLOAT,..."),
        /** Replaces a model's memory and makes it the next version; of the classifier, adds what a file of networks says. */
        PUBLISH("publish MODEL FLOAT,FLOAT,...|sha256:FILE"),
        /** Puts a hook around a model: changes what it is asked or what it answers, and nothing that it learns. */
        HOOK("hook MODEL NAME HOOK"),
        /** Takes a hook away. */
        UNHOOK("unhook MODEL NAME"),
        /** Takes the last order back. */
        UNDO("undo"),
        /** Carries out again what was taken back. */
        REDO("redo");

        private final String usage;

        Kind(final String usage) {
            this.usage = usage;
        }

        /** How it is written. */
        public String usage() {
            return usage;
        }
    }

    /** Keeps its own copy of the values. */
    public TrainingCommand {
        Objects.requireNonNull(model);
        Objects.requireNonNull(hookName);
        Objects.requireNonNull(spec);
        values = values.clone();
    }

    @Override
    public float[] values() {
        return values.clone();
    }

    /** A command that is about no hook. */
    public TrainingCommand(final Kind kind, final String model, final long number, final float[] values) {
        this(kind, model, number, values, "", "");
    }

    /** A command without arguments, or about one model. */
    public static TrainingCommand of(final Kind kind, final String model) {
        return new TrainingCommand(kind, model, 0, NONE);
    }

    /** A hook around a model, as {@link io.tagma.engine.model.HookTypes} reads it. */
    public static TrainingCommand hook(final String model, final String name, final String spec) {
        return new TrainingCommand(Kind.HOOK, model, 0, NONE, name, spec);
    }

    /** Networks that were published as a file of this SHA-256, in hexadecimal. */
    public static TrainingCommand published(final String model, final String sha256) {
        return new TrainingCommand(Kind.PUBLISH, model, 0, NONE, PUBLISHED, TextHooks.PUBLISHED + sha256);
    }

    /** The new version of a model. */
    public static TrainingCommand publish(final String model, final float[] memory) {
        return new TrainingCommand(Kind.PUBLISH, model, 0, memory);
    }

    /**
     * Reads a command.
     *
     * @throws IllegalArgumentException when it makes no sense; says what does
     */
    public static TrainingCommand parse(final String line) {
        final String[] words = line.strip().split("\\s+");
        final Kind kind = Stream.of(Kind.values())
                .filter(k -> k.name().toLowerCase(Locale.ROOT).equals(words[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no training command '" + words[0] + "'; there are: "
                        + Stream.of(Kind.values()).map(Kind::usage).collect(Collectors.joining(" | "))));
        try {
            return switch (kind) {
                case START, PAUSE, RESUME, UNDO, REDO -> exactly(kind, words, 1, of(kind, ""));
                case FREEZE, THAW, PROMOTE -> exactly(kind, words, 2, of(kind, word(kind, words, 1)));
                case STEP -> exactly(kind, words, 2, step(kind, words));
                case ROLLBACK -> rollback(kind, words);
                case TUNE -> exactly(kind, words, 4, tune(kind, words));
                case INJECT ->
                    exactly(
                            kind,
                            words,
                            4,
                            new TrainingCommand(
                                    kind,
                                    word(kind, words, 1),
                                    positive(kind, words, 2, 0),
                                    floats(word(kind, words, 3))));
                case PUBLISH -> exactly(kind, words, 3, publish(kind, words));
                case HOOK ->
                    exactly(kind, words, 4, hook(word(kind, words, 1), word(kind, words, 2), word(kind, words, 3)));
                case UNHOOK ->
                    exactly(
                            kind,
                            words,
                            3,
                            new TrainingCommand(kind, word(kind, words, 1), 0, NONE, word(kind, words, 2), ""));
            };
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + shortened(line) + "': not a number: " + e.getMessage() + "; it is written: " + kind.usage(),
                    e);
        }
    }

    private static TrainingCommand exactly(
            final Kind kind, final String[] words, final int count, final TrainingCommand command) {
        if (words.length != count) {
            throw new IllegalArgumentException(
                    "'" + shortened(String.join(" ", words)) + "' is written: " + kind.usage());
        }
        return command;
    }

    private static String word(final Kind kind, final String[] words, final int i) {
        if (i >= words.length) {
            throw new IllegalArgumentException("'" + String.join(" ", words) + "' is written: " + kind.usage());
        }
        return words[i];
    }

    private static long positive(final Kind kind, final String[] words, final int i, final long least) {
        final long value = Long.parseLong(word(kind, words, i));
        if (value < least || value > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    words[0] + " takes a number from " + least + " to " + Integer.MAX_VALUE + ": " + value);
        }
        return value;
    }

    private static TrainingCommand step(final Kind kind, final String[] words) {
        return new TrainingCommand(kind, "", positive(kind, words, 1, 1), NONE);
    }

    private static TrainingCommand rollback(final Kind kind, final String[] words) {
        final long version = words.length == 2 ? 0 : positive(kind, words, 2, 1);
        return exactly(
                kind, words, words.length == 2 ? 2 : 3, new TrainingCommand(kind, word(kind, words, 1), version, NONE));
    }

    private static TrainingCommand tune(final Kind kind, final String[] words) {
        if (!word(kind, words, 2).equals("rate")) {
            throw new IllegalArgumentException("what can be tuned is 'rate', not '" + words[2] + "': " + kind.usage());
        }
        final float factor = Float.parseFloat(word(kind, words, 3));
        if (!(factor >= 1 / MOST_RATE && factor <= MOST_RATE)) {
            throw new IllegalArgumentException(
                    "a rate's factor is from " + 1 / MOST_RATE + " to " + MOST_RATE + ": " + factor);
        }
        return new TrainingCommand(kind, words[1], 0, new float[] {factor});
    }

    private static TrainingCommand publish(final Kind kind, final String[] words) {
        final String what = word(kind, words, 2);
        if (!what.startsWith(FILE)) {
            return publish(words[1], floats(what));
        }
        if (!what.matches(FILE + "[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "a published file is named by " + FILE + " and 64 hexadecimal digits, not '" + what + "'");
        }
        return published(words[1], what.substring(FILE.length()));
    }

    private static float[] floats(final String text) {
        final String[] parts = text.split(",", -1);
        final float[] values = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            values[i] = Float.parseFloat(parts[i]);
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("a model's floats are finite: number " + i + " is " + parts[i]);
            }
        }
        return values;
    }

    private static String shortened(final String text) {
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    /** For people: the line, long lists of floats cut. */
    public String summary() {
        return shortened(toString());
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(kind.name().toLowerCase(Locale.ROOT));
        if (!model.isEmpty()) {
            text.append(' ').append(model);
        }
        if (kind == Kind.TUNE) {
            text.append(" rate");
        }
        if (kind == Kind.STEP || kind == Kind.INJECT || number != 0) {
            text.append(' ').append(number);
        }
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? ' ' : ',').append(values[i]);
        }
        if (kind == Kind.PUBLISH && !spec.isEmpty()) {
            return text.append(' ')
                    .append(FILE)
                    .append(spec, TextHooks.PUBLISHED.length(), spec.length())
                    .toString();
        }
        if (!hookName.isEmpty()) {
            text.append(' ').append(hookName);
        }
        if (!spec.isEmpty()) {
            text.append(' ').append(spec);
        }
        return text.toString();
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof final TrainingCommand that
                && kind == that.kind
                && model.equals(that.model)
                && number == that.number
                && hookName.equals(that.hookName)
                && spec.equals(that.spec)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, model, number, Arrays.hashCode(values), hookName, spec);
    }
}
