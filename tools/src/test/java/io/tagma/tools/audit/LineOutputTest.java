package io.tagma.tools.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LineOutputTest {
    @Test
    void endsWithTheFirstWriteThatNobodyReads() {
        final int[] writes = {0};
        final LineOutput out = new LineOutput(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(final int value) throws IOException {
                        writes[0]++;
                        throw new IOException("Broken pipe");
                    }

                    @Override
                    public void write(final byte[] bytes, final int offset, final int length) throws IOException {
                        write(0);
                    }
                },
                true,
                StandardCharsets.UTF_8));
        int lines = 0;
        while (!out.isClosed() && lines < 1_000_000) {
            out.line(new StringBuilder("a line like another"));
            lines++;
        }
        assertThat(lines).isLessThan(10_000);
        assertThat(writes[0]).isEqualTo(1);
    }

    @Test
    void writesWhateverLengthInOrder() {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final LineOutput out = new LineOutput(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        final StringBuilder expected = new StringBuilder();
        for (final int length : new int[] {3, 70_000, 0, 65_535, 9}) {
            out.line(new StringBuilder("x".repeat(length)));
            out.line(new StringBuilder("\u00fc"));
            expected.append("x".repeat(length)).append("\n\u00fc\n");
        }
        assertThat(out.flush()).isTrue();
        assertThat(out.isClosed()).isFalse();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    }
}
