package io.tagma.tools;

import io.tagma.tools.fraud.FraudSimulator;
import io.tagma.tools.fraud.FraudWorld;
import io.tagma.tools.fraud.Transaction;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Files of simulated payments of a small world, in which weeks go by within a few thousand of them. */
final class Payments {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Payments() {}

    /** Writes so many payments, about 400 a day; gzip if the name says so. */
    static Path write(final Path file, final int payments) {
        final FraudSimulator simulator =
                new FraudSimulator(new FraudWorld(5, 200, 400, 100, 20, FraudWorld.HANDBOOK_START));
        final Transaction payment = new Transaction();
        try (Writer out = writer(file)) {
            out.write("TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,MORE\n");
            for (int i = 0; i < payments; i++) {
                simulator.next(payment);
                out.write(String.format(
                        Locale.ROOT,
                        "%d,%s,%d,%d,%.2f,%d,x%n",
                        payment.id,
                        LocalDateTime.ofEpochSecond(payment.epochSecond, 0, ZoneOffset.UTC)
                                .format(TIME),
                        payment.customerId,
                        payment.terminalId,
                        payment.amount,
                        payment.fraud ? 1 : 0));
            }
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
        return file;
    }

    private static Writer writer(final Path file) throws IOException {
        return file.toString().endsWith(".gz")
                ? new BufferedWriter(new OutputStreamWriter(
                        new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8))
                : Files.newBufferedWriter(file);
    }
}
