package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma models} as a user calls it. */
class ModelsCommandTest {
    @TempDir
    Path folder;

    @Test
    void listsWhatThereIs() {
        final Invocation list = Invocation.of("models");

        assertThat(list.code()).as(list.err()).isZero();
        assertThat(list.out()).contains("softmax-adagrad", "embedding-bag-mlp", "ensemble", "onnx:FILE");
    }

    @Test
    void whatIsRefusedIsNamedWithTheReason() throws IOException {
        final Path text = Files.writeString(folder.resolve("text.jar"), "no zip");
        final Path graph = Files.writeString(folder.resolve("graph.onnx"), "no graph");

        final Invocation check = Invocation.of("models", "--plugin", text, "--onnx", graph, "check");

        assertThat(check.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(check.out().lines().filter(line -> line.startsWith("refused")))
                .hasSize(2);
        assertThat(Invocation.of("models", "check").code()).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(Invocation.of("models", "dance").code()).isEqualTo(Tagma.EXIT_USAGE);
        assertThat(Invocation.of("eval", "electricity", "--input", text, "--plugin", text))
                .satisfies(run -> assertThat(run.code()).isEqualTo(Tagma.EXIT_FAILURE))
                .satisfies(run -> assertThat(run.err()).contains("text.jar"));
        assertThat(Invocation.of("eval", "electricity", "--input", text, "--models", "onnx:" + graph)
                        .code())
                .isEqualTo(Tagma.EXIT_USAGE);
    }
}
