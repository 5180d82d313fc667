package io.tagma.tools;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;

/** The commands below one, each with the first sentence of its description. Stateless. */
final class CommandList implements IHelpSectionRenderer {
    private static final int NAMES = 16;
    private static final int WIDTH = 80;

    @Override
    public String render(final Help help) {
        final StringBuilder text = new StringBuilder("Commands:").append(System.lineSeparator());
        for (final CommandLine command :
                help.commandSpec().commandLine().getSubcommands().values()) {
            final List<String> lines = wrapped(sentence(command));
            for (int i = 0; i < lines.size(); i++) {
                final String name = i == 0 ? "  " + command.getCommandName() : "";
                text.append(name)
                        .append(" ".repeat(Math.max(1, NAMES - name.length())))
                        .append(lines.get(i))
                        .append(System.lineSeparator());
            }
        }
        return text.toString();
    }

    private static String sentence(final CommandLine command) {
        final String all =
                String.join(" ", command.getCommandSpec().usageMessage().description());
        final int end = all.indexOf(". ");
        return end < 0 ? all : all.substring(0, end + 1);
    }

    private static List<String> wrapped(final String sentence) {
        final List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (final String word : sentence.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH - NAMES) {
                lines.add(line.toString());
                line = new StringBuilder();
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
