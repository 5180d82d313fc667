package io.tagma.engine.supervise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeFileTest {
    @TempDir
    private Path folder = Path.of("");

    private static TreeEntry random(final SplittableRandom random, final int depth) {
        final List<TreeEntry> children = new ArrayList<>();
        for (int i = depth == 0 ? 0 : random.nextInt(4); i > 0; i--) {
            children.add(random(random, depth - 1));
        }
        return new TreeEntry(
                "n" + random.nextInt(100),
                "kind",
                "running",
                random.nextInt(5),
                random.nextInt(2) == 0 ? "" : "so",
                children);
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        final Path file = folder.resolve("tree");
        for (int seed = 0; seed < 100; seed++) {
            final TreeFile.Seen seen = new TreeFile.Seen(seed, seed * 7L, random(new SplittableRandom(seed), 4));
            TreeFile.write(file, folder.resolve("tree.tmp"), seen);
            assertThat(TreeFile.read(file)).isEqualTo(seen);
        }
    }

    @Test
    void aTabInADetailDoesNoHarm() throws IOException {
        final Path file = folder.resolve("tree");
        TreeFile.write(
                file,
                folder.resolve("tmp"),
                new TreeFile.Seen(1, 2, new TreeEntry("a", "b", "c", 0, "x\ty\nz", List.of())));
        assertThat(TreeFile.read(file).root().detail()).isEqualTo("x y z");
    }

    @Test
    void whatIsNoTreeIsRefused() throws IOException {
        final Path file = folder.resolve("tree");
        for (final String text : List.of(
                "",
                "something\n",
                "tagma-tree 1\t1\t2\n",
                "tagma-tree 1\tx\t2\n0\ta\tb\tc\t0\t\n",
                "tagma-tree 1\t1\t2\n0\ta\tb\tc\t0\n",
                "tagma-tree 1\t1\t2\n0\ta\tb\tc\t0\t\n0\ta\tb\tc\t0\t\n",
                "tagma-tree 1\t1\t2\n1\ta\tb\tc\t0\t\n",
                "tagma-tree 1\t1\t2\n0\ta\tb\tc\t0\t\n2\ta\tb\tc\t0\t\n")) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> TreeFile.read(file)).as(text).isInstanceOf(IOException.class);
        }
    }
}
