package io.tagma.perf.decision;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.tools.JsonSummary;
import java.io.IOException;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/** The option {@code --summary} of a bench command, and the file behind it. Used by one thread. */
public final class SummaryOption {
    @Mixin
    private final JsonSummary summary = new JsonSummary();

    /** To be called before the work whose figures could not be kept. */
    public void check() {
        summary.check();
    }

    /**
     * Where a file is wanted, writes into it what a bench found and the machine that it found it on.
     *
     * @param benchmark the bench's name
     * @param figures puts them in
     */
    public void write(final String benchmark, final Consumer<ObjectNode> figures) throws IOException {
        summary.write(() -> {
            final ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.put("benchmark", benchmark);
            figures.accept(root);
            final Machine machine = Machine.here();
            root.putObject("machine")
                    .put("cpu", machine.cpu())
                    .put("cores", machine.cores())
                    .put("java", machine.java())
                    .put("os", machine.os())
                    .put("load", machine.load());
            return root;
        });
    }
}
