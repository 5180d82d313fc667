package io.tagma.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tagma market clear}. */
class MarketClearTest {
    private static final String REFERENCE =
            "[{\"agent\":\"a\",\"value\":85},{\"agent\":\"b\",\"value\":75},{\"agent\":\"c\",\"value\":65}]";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    private Invocation clear(final String bids, final String... options) throws IOException {
        final Path file = directory.resolve("bids.json");
        Files.writeString(file, bids);
        final Object[] arguments = new Object[options.length + 4];
        arguments[0] = "market";
        arguments[1] = "clear";
        arguments[2] = "--bids";
        arguments[3] = file;
        System.arraycopy(options, 0, arguments, 4, options.length);
        return Invocation.of(arguments);
    }

    @Test
    void theReferenceMarketUnderEachRule() throws IOException {
        assertReference("first", "forward", "a", 85, 85);
        assertReference("vickrey", "forward", "a", 85, 75);
        assertReference("english", "forward", "a", 85, 75);
        assertReference("dutch", "forward", "a", 85, 85);
        assertReference("vcg", "forward", "a", 85, 75);
        assertReference("first", "procurement", "c", 65, 65);
        assertReference("vickrey", "procurement", "c", 65, 75);
        assertReference("english", "procurement", "c", 65, 75);
        assertReference("dutch", "procurement", "c", 65, 65);
        assertReference("vcg", "procurement", "c", 65, 75);
    }

    private void assertReference(
            final String rule, final String direction, final String agent, final int value, final int payment)
            throws IOException {
        final Invocation call = clear(REFERENCE, "--rule", rule, "--direction", direction);
        final String minus = "procurement".equals(direction) ? "-" : "";
        assertThat(call.err()).isEmpty();
        assertThat(call.out().strip())
                .isEqualTo(String.format(
                        Locale.ROOT,
                        "{\"rule\":\"%s\",\"direction\":\"%s\",\"winners\":[{\"agent\":\"%s\",\"items\":[],\"value\":%d,"
                                + "\"payment\":%d}],\"welfare\":%s%d,\"revenue\":%s%d,\"refused\":[]}",
                        rule,
                        direction,
                        agent,
                        value,
                        payment,
                        minus,
                        value,
                        minus,
                        payment));
    }

    @Test
    void bundlesByVcgAndOneAuctionAnItemByOtherRules() throws IOException {
        final String bids =
                "[{\"agent\":\"a\",\"items\":[\"x\"],\"value\":5},{\"agent\":\"b\",\"items\":[\"y\"],\"value\":2.5},"
                        + "{\"agent\":\"c\",\"items\":[\"x\",\"y\"],\"value\":4}]";
        assertThat(clear(bids, "--rule", "vcg").out())
                .contains("{\"agent\":\"a\",\"items\":[\"x\"],\"value\":5,\"payment\":1.5}")
                .contains("{\"agent\":\"b\",\"items\":[\"y\"],\"value\":2.5,\"payment\":0}")
                .contains("\"welfare\":7.5,\"revenue\":1.5");
        assertThat(clear(bids, "--rule", "first").out())
                .contains("\"welfare\":7.5,\"revenue\":7.5")
                .contains("{\"agent\":\"c\",\"reason\":\"bids for 2 items at once");
    }

    @Test
    void bidsThatCannotCountAreRefusedAndTheRestIsCleared() throws IOException {
        final String bids =
                "[{\"agent\":\"n\",\"items\":[\"x\"],\"value\":-1},{\"agent\":\"m\",\"items\":[\"x\"],\"value\":NaN},"
                        + "{\"agent\":\"o\",\"items\":[\"x\"],\"value\":1e400},{\"agent\":\"u\",\"items\":[\"z\"],\"value\":9},"
                        + "{\"agent\":\"a\",\"items\":[\"x\"],\"value\":3},{\"agent\":\"a\",\"items\":[\"x\"],\"value\":8},"
                        + "{\"agent\":\"r\",\"items\":[\"x\"],\"value\":1},{\"agent\":\"t\",\"items\":[\"x\",\"x\"],\"value\":1},"
                        + "{\"agent\":\"e\",\"items\":[],\"value\":1},{\"agent\":\"s\",\"items\":[\"x\"],\"value\":1e-999999999}]";
        final Invocation call = clear(bids, "--rule", "vickrey", "--items", "x,y", "--reserve", "2");

        assertThat(call.code()).isZero();
        assertThat(call.out())
                .contains("\"winners\":[{\"agent\":\"a\",\"items\":[\"x\"],\"value\":3,\"payment\":2}]")
                .contains("{\"agent\":\"n\",\"reason\":\"value -1 is negative\"}")
                .contains("{\"agent\":\"m\",\"reason\":\"value NaN is not a finite number\"}")
                .contains("{\"agent\":\"o\",\"reason\":\"value 1e400 overflows")
                .contains("{\"agent\":\"u\",\"reason\":\"unknown item 'z'")
                .contains("{\"agent\":\"a\",\"reason\":\"duplicate")
                .contains("{\"agent\":\"r\",\"reason\":\"value 1 is outside the reserve 2\"}")
                .contains("{\"agent\":\"t\",\"reason\":\"item 'x' twice")
                .contains("{\"agent\":\"e\",\"reason\":\"items is empty")
                .contains("{\"agent\":\"s\",\"reason\":\"value 0 is outside");
    }

    @Test
    void filesOfAnotherShapeSayWhereAndWhatIsExpected() throws IOException {
        assertFails("{}", "line 1", "a JSON array of bids");
        assertFails("[\n{\"agent\":\"a\"}]", "line 2", "bid 1, field 'value' is missing");
        assertFails("[\n\n{\"agent\":7,\"value\":1}]", "line 3", "field 'agent': expected a name, found 7");
        assertFails("[{\"agent\":\"a\",\"value\":\"dear\"}]", "field 'value'", "a number of credits");
        assertFails("[{\"agent\":\"a\",\"item\":\"x\",\"value\":1}]", "field 'item'", "agent, items and value");
        assertFails("[{\"agent\":\"a\",\"value\":1,\"value\":2}]", "line 1", "Duplicate");
        assertFails("[{\"agent\":\"a\",\"value\":1}", "line 1", "expected");
        assertFails("", "line 1", "the end of the file");
    }

    private void assertFails(final String bids, final String... parts) throws IOException {
        final Invocation call = clear(bids, "--rule", "first");
        assertThat(call.code()).isEqualTo(Tagma.EXIT_FAILURE);
        assertThat(call.out()).isEmpty();
        assertThat(call.err()).contains(parts).doesNotContain("internal error");
    }

    @Test
    void optionsAndLimitsAreNamed() throws IOException {
        assertThat(clear(REFERENCE, "--rule", "vcg", "--increment", "1").err()).contains("--increment", "no clock");
        assertThat(clear(REFERENCE, "--rule", "dutch", "--increment", "ten").err())
                .contains("'ten' is not a number");
        assertThat(clear(REFERENCE, "--rule", "english", "--increment", "20", "--reserve", "10")
                        .out())
                .contains("\"payment\":70");
        assertThat(Invocation.of("market").code()).isEqualTo(Tagma.EXIT_USAGE);
        final String wide = IntStream.range(0, 17)
                .mapToObj(i -> "{\"agent\":\"a\",\"items\":[\"" + i + "\"],\"value\":1}")
                .toList()
                .toString();
        assertThat(clear(wide, "--rule", "vcg").err()).contains("up to 16 items", "17");
        assertThat(clear("[]", "--rule", "vcg").out()).contains("\"winners\":[],\"welfare\":0");
    }
}
