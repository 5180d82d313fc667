package io.tagma.engine.training;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Commands that are carried out together or not at all, with who gave them and why. Immutable.
 *
 * @param who one line, not empty
 * @param why one line, not empty
 * @param commands at least one; {@code undo} and {@code redo} stand alone
 */
public record TrainingOrder(String who, String why, List<TrainingCommand> commands) {
    /** Most bytes of an order as text. */
    public static final int MAX_BYTES = 1 << 20;

    /** Checks what can be told without the models. */
    public TrainingOrder {
        who = oneLine("who", who);
        why = oneLine("why", why);
        commands = List.copyOf(commands);
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("an order has at least one command");
        }
        if (commands.size() > 1 && commands.stream().anyMatch(TrainingOrder::standsAlone)) {
            throw new IllegalArgumentException("undo and redo each stand alone: they are orders of their own");
        }
    }

    /** An order of commands as they are written. */
    public static TrainingOrder of(final String who, final String why, final List<String> lines) {
        return new TrainingOrder(
                who, why, lines.stream().map(TrainingCommand::parse).toList());
    }

    private static boolean standsAlone(final TrainingCommand command) {
        return command.kind() == TrainingCommand.Kind.UNDO || command.kind() == TrainingCommand.Kind.REDO;
    }

    private static String oneLine(final String what, final String text) {
        final String line = text.strip();
        if (line.isEmpty() || line.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("an order says " + what + " in one line: '" + text + "'");
        }
        return line;
    }

    /** As it is journaled: who, why, then a line for each command. */
    public byte[] bytes() {
        final byte[] bytes = Stream.concat(
                        Stream.of(who, why), commands.stream().map(TrainingCommand::toString))
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "an order has at most " + MAX_BYTES + " bytes of text: " + bytes.length + "; give it in parts");
        }
        return bytes;
    }

    /** Reads what {@link #bytes} wrote. */
    public static TrainingOrder parse(final byte[] bytes) {
        final List<String> lines =
                new String(bytes, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < 3) {
            throw new IllegalArgumentException("an order has three lines at least, this has " + lines.size());
        }
        return of(lines.get(0), lines.get(1), lines.subList(2, lines.size()));
    }
}
