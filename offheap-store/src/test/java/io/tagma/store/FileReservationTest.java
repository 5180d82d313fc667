package io.tagma.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileReservationTest {
    private static final int LENGTH = 1 << 20;
    private static final long ASKED = 100_000;
    private static final long MARK = 2 * ASKED; // the writer sets aside as much again

    @TempDir
    Path directory;

    private final FileReservation reservation = new FileReservation();

    @BeforeEach
    void enter() throws IOException {
        reservation.enter(full("a"));
    }

    @AfterEach
    void leave() {
        reservation.leave(-1);
    }

    @Test
    void noZerosBeforeTheWriterKnowsWhereTheContentsEnd() throws IOException {
        assertThat(reservation.require(ASKED)).isEqualTo(StoreCode.OK);
        assertThat(reservation.zeroAhead(LENGTH)).isZero();
        assertThat(firstZero("a")).isEqualTo(LENGTH);
    }

    @Test
    void zerosGoBehindTheMarkOnlyAndAStepAtATime() throws IOException {
        reservation.require(ASKED);
        reservation.allowZeros();
        final long written = reservation.zeroAhead(LENGTH);
        assumeThat(written).as("this system sets blocks aside").isPositive();
        assertThat(written).isEqualTo(ReservedFile.MOST_ZEROS);
        assertThat(firstZero("a")).isEqualTo(MARK);
        assertThat(reservation.zeroAhead(LENGTH)).isEqualTo(ReservedFile.MOST_ZEROS);
        assertThat(Files.size(directory.resolve("a"))).isEqualTo(LENGTH);
    }

    @Test
    void whatTheWriterAskedForMeanwhileIsNotZeroed() throws IOException {
        reservation.require(ASKED);
        reservation.allowZeros();
        reservation.require(4 * ASKED);
        assumeThat(reservation.zeroAhead(LENGTH))
                .as("this system sets blocks aside")
                .isPositive();
        assertThat(firstZero("a")).isGreaterThanOrEqualTo((int) (4 * ASKED));
    }

    @Test
    void aMarkThatIsFarEnoughIsLeft() {
        reservation.require(ASKED);
        reservation.allowZeros();
        assertThat(reservation.zeroAhead(MARK - ASKED + 1)).isZero();
    }

    @Test
    void anotherFileBeginsAnew() throws IOException {
        reservation.require(ASKED);
        reservation.allowZeros();
        reservation.leave(-1);
        reservation.enter(full("b"));
        assertThat(reservation.zeroAhead(LENGTH)).isZero();
        assertThat(firstZero("b")).isEqualTo(LENGTH);
    }

    private Path full(final String name) throws IOException {
        final byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, (byte) 1);
        return Files.write(directory.resolve(name), bytes);
    }

    private int firstZero(final String name) throws IOException {
        final byte[] bytes = Files.readAllBytes(directory.resolve(name));
        int at = 0;
        while (at < bytes.length && bytes[at] != 0) {
            at++;
        }
        return at;
    }
}
