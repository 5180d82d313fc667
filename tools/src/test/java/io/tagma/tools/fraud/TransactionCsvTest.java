package io.tagma.tools.fraud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.tools.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransactionCsvTest {
    private static final String HEADER = "transaction_id,tx_datetime,customer_id,terminal_id,tx_amount,tx_fraud\n";
    private static final String GOOD = "0,2018-04-01 00:00:31,596,3156,57.16,0\n";

    @TempDir
    Path dir;

    private final Transaction payment = new Transaction();

    @Test
    void readsColumnsInAnyOrderAndCaseAndIgnoresOthers() throws IOException {
        final Path file = file(
                "\uFEFFTX_FRAUD, TX_Amount ,comment,TERMINAL_ID,CUSTOMER_ID,TX_DATETIME,TRANSACTION_ID,TX_FRAUD_SCENARIO\r\n"
                        + "1,57.16,\"a, \"\"b\"\"\",3156,596,2018-04-01 00:00:31,7,3\r\n\r\n"
                        + "0,0,,1,2,2018-04-01T00:00:31.9Z,8,0");
        try (TransactionCsv csv = TransactionCsv.open(file)) {
            assertThat(csv.next(payment)).isTrue();
            assertThat(payment.id).isEqualTo(7);
            assertThat(payment.epochSecond).isEqualTo(FraudWorld.HANDBOOK_START + 31);
            assertThat(payment.customerId).isEqualTo(596);
            assertThat(payment.terminalId).isEqualTo(3156);
            assertThat(payment.amount).isEqualTo(57.16);
            assertThat(payment.fraud).isTrue();
            assertThat(payment.scenario).isEqualTo(Transaction.SCENARIO_UNKNOWN);
            assertThat(csv.next(payment)).isTrue();
            assertThat(payment.scenario).isEqualTo(Transaction.SCENARIO_NONE);
            assertThat(csv.next(payment)).isFalse();
            assertThat(csv.next(payment)).isFalse();
            assertThat(payment.id).isEqualTo(8);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2018-04-01 00:00:31, 1522540831",
        "2018-04-01T00:00:31, 1522540831",
        "2018-04-01T00:00:31Z, 1522540831",
        "2018-04-01T02:00:31+02:00, 1522540831",
        "2018-04-01 00:00:31.123456, 1522540831",
        "2020-02-29 23:59:59, 1583020799",
        "1970-01-01 00:00:00, 0"
    })
    void understandsTimes(final String text, final long second) {
        assertThat(TimeText.epochSecond(text)).isEqualTo(second);
    }

    @Test
    void readsGzipByItsMagicBytesAndReturnsWhatTheSimulatorWrote() throws IOException {
        final FraudSimulator simulator = FraudSimulator.handbook(5);
        final StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < 5_000; i++) {
            simulator.next(payment);
            text.append(payment.id)
                    .append(',')
                    .append(dateTime(payment.epochSecond))
                    .append(',');
            text.append(payment.customerId)
                    .append(',')
                    .append(payment.terminalId)
                    .append(',');
            text.append(payment.amount)
                    .append(',')
                    .append(payment.fraud ? 1 : 0)
                    .append('\n');
        }
        final Path file = dir.resolve("really-gzip.csv");
        Files.write(file, gzip(text.toString()));
        final FraudSimulator again = FraudSimulator.handbook(5);
        final Transaction read = new Transaction();
        try (TransactionCsv csv = TransactionCsv.open(file)) {
            while (csv.next(read)) {
                again.next(payment);
                assertThat(read.id).isEqualTo(payment.id);
                assertThat(read.epochSecond).isEqualTo(payment.epochSecond);
                assertThat(read.amount).isEqualTo(payment.amount);
                assertThat(read.fraud).isEqualTo(payment.fraud);
            }
        }
        assertThat(again.position()).isEqualTo(5_000);
    }

    private static String dateTime(final long second) {
        return LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC)
                .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "-1,2018-04-01 00:00:32,1,2,3,0 | transaction_id '-1' | a whole number from 0",
                "x,2018-04-01 00:00:32,1,2,3,0 | transaction_id 'x' | a whole number from 0",
                "1,2018-04-01 00:00:32,1.5,2,3,0 | customer_id '1.5' | a whole number from 0",
                "1,2018-04-01 00:00:32,1,99999999999999999999,3,0 | terminal_id '99999999999999999999' | a whole number",
                "1,2018-04-01 00:00:32,1,,3,0 | terminal_id '' | a whole number from 0",
                "1,2018-04-31 00:00:32,1,2,3,0 | tx_datetime '2018-04-31 00:00:32' | a time like 2018-04-01 00:00:31",
                "1,2018-04-01 24:00:32,1,2,3,0 | tx_datetime | a time like",
                "1,2018/04/01 00:00:32,1,2,3,0 | tx_datetime | a time like",
                "1,1522540831,1,2,3,0 | tx_datetime '1522540831' | a time like",
                "1,2018-04-01,1,2,3,0 | tx_datetime | a time like",
                "1,1969-12-31 23:59:59,1,2,3,0 | tx_datetime | from 1970 to 2261",
                "1,9999-12-31 23:59:59,1,2,3,0 | tx_datetime | from 1970 to 2261",
                "1,2018-04-01T00:00:32+99:00,1,2,3,0 | tx_datetime | a time like",
                "1,2018-04-01 00:00:30,1,2,3,0 | earlier than on line 2 | sort the file",
                "1,2018-04-01 00:00:32,1,2,-3,0 | tx_amount '-3' | a decimal number from 0",
                "1,2018-04-01 00:00:32,1,2,NaN,0 | tx_amount 'NaN' | a decimal number from 0",
                "1,2018-04-01 00:00:32,1,2,Infinity,0 | tx_amount 'Infinity' | a decimal number from 0",
                "1,2018-04-01 00:00:32,1,2,1e13,0 | tx_amount '1e13' | a decimal number from 0",
                "1,2018-04-01 00:00:32,1,2,12 EUR,0 | tx_amount '12 EUR' | a decimal number from 0",
                "1,2018-04-01 00:00:32,1,2,3,2 | tx_fraud '2' | 0 (honest) or 1 (fraud)",
                "1,2018-04-01 00:00:32,1,2,3,yes | tx_fraud 'yes' | 0 (honest) or 1 (fraud)",
                "1,2018-04-01 00:00:32,1,2,3 | 5 fields | 6",
                "1,2018-04-01 00:00:32,1,2,3,0,9 | 7 fields | 6"
            })
    void namesTheLineWhatWasFoundAndWhatWasExpected(final String line, final String found, final String expected)
            throws IOException {
        final Path file = file(HEADER + GOOD + line + "\n");
        try (TransactionCsv csv = TransactionCsv.open(file)) {
            csv.next(payment);
            assertThatThrownBy(() -> csv.next(payment))
                    .isInstanceOf(TransactionFormatException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("line 3")
                    .hasMessageContaining(found)
                    .hasMessageContaining(expected);
        }
    }

    @Test
    void namesLinesBehindQuotedLineBreaks() throws IOException {
        final Path file = file("note," + HEADER + "\"two\nlines\"," + GOOD + "x," + "bad" + GOOD);
        try (TransactionCsv csv = TransactionCsv.open(file)) {
            csv.next(payment);
            assertThatThrownBy(() -> csv.next(payment)).hasMessageContaining("line 4");
        }
    }

    @Test
    void namesWhatIsWrongWithTheHeader() throws IOException {
        assertThatThrownBy(() -> TransactionCsv.open(file(""))).hasMessageContaining("line 1: found an empty file");
        assertThatThrownBy(() -> TransactionCsv.open(file(GOOD))).hasMessageContaining("no column transaction_id");
        assertThatThrownBy(() -> TransactionCsv.open(file(HEADER.replace(",tx_amount", ""))))
                .hasMessageContaining("line 1: found no column tx_amount, expected the header transaction_id,");
        assertThatThrownBy(() -> TransactionCsv.open(file("TX_FRAUD," + HEADER)))
                .hasMessageContaining("column tx_fraud twice");
    }

    @Test
    void namesFilesThatCannotBeRead() throws IOException {
        assertThatThrownBy(() -> TransactionCsv.open(dir.resolve("none.csv")))
                .isInstanceOf(ToolException.class)
                .hasMessageStartingWith("no such file: " + dir.resolve("none.csv"))
                .hasMessageContaining("transaction_id,tx_datetime");
        assertThatThrownBy(() -> TransactionCsv.open(dir))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("is a directory");
        final byte[] whole = gzip(HEADER + GOOD.repeat(5_000));
        final Path cut = dir.resolve("cut.csv.gz");
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        try (TransactionCsv csv = TransactionCsv.open(cut)) {
            assertThatThrownBy(() -> {
                        while (csv.next(payment)) {}
                    })
                    .isInstanceOf(TransactionFormatException.class)
                    .hasMessageContaining("cut.csv.gz, line ")
                    .hasMessageContaining("unreadable data");
        }
        Files.write(cut, new byte[] {0x1f, (byte) 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        assertThatThrownBy(() -> TransactionCsv.open(cut))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut.csv.gz");
    }

    @Test
    void anOpenQuoteIsNamedByItsLine() throws IOException {
        final Path file = file(HEADER + GOOD + "1,\"2018-04-01 00:00:32,1,2,3,0\n" + GOOD);
        try (TransactionCsv csv = TransactionCsv.open(file)) {
            csv.next(payment);
            assertThatThrownBy(() -> csv.next(payment))
                    .isInstanceOf(TransactionFormatException.class)
                    .hasMessageContaining("line 3");
        }
    }

    private Path file(final String text) throws IOException {
        final Path file = dir.resolve("transactions.csv");
        Files.writeString(file, text);
        return file;
    }

    private static byte[] gzip(final String text) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
