package io.tagma.perf.decision;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --summary} of a bench command, and the file behind it. Used by one thread. */
public final class SummaryOption {
    @Option(names = "--summary", paramLabel = "FILE", description = "Write the figures there as JSON.")
    private @Nullable Path file;

    /**
     * Where a file is wanted, writes into it what a bench found and the machine that it found it on.
     *
     * @param benchmark the bench's name
     * @param figures puts them in
     */
    public void write(final String benchmark, final Consumer<ObjectNode> figures) throws IOException {
        final Path wanted = file;
        if (wanted == null) {
            return;
        }
        final ObjectMapper mapper = new ObjectMapper();
        final ObjectNode root = mapper.createObjectNode();
        root.put("benchmark", benchmark);
        figures.accept(root);
        final Machine machine = Machine.here();
        root.putObject("machine")
                .put("cpu", machine.cpu())
                .put("cores", machine.cores())
                .put("java", machine.java())
                .put("os", machine.os())
                .put("load", machine.load());
        mapper.writerWithDefaultPrettyPrinter().writeValue(wanted.toFile(), root);
    }
}
