package io.tagma.tools;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The command {@code tagma} in a process of its own, which may be killed. Stateless. */
final class ChildTagma {
    private ChildTagma() {}

    static ProcessBuilder of(final Object... arguments) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Path.of(Objects.requireNonNull(System.getProperty("tagma.root")), "config", "jvm.args"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.tagma.tools.Tagma"));
        for (final Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command);
    }

    /** What it says goes to the files {@code out} and {@code err} of a folder. */
    static Process start(final Path folder, final Object... arguments) throws IOException {
        return of(arguments)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }
}
