package io.tagma.tools.market;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.tools.Tagma;
import io.tagma.tools.Terminal;
import io.tagma.tools.ToolException;
import io.tagma.tools.market.Outcome.Refusal;
import io.tagma.tools.market.Outcome.Winner;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tagma market clear}: one file of bids, one line of JSON. Used by one thread. */
@Command(
        name = "clear",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Clears a file of bids: [{\"agent\":\"a\",\"items\":[\"x\"],\"value\":12.5}, ...]",
            "Without items a bid is for one item without a name. All rules but vcg hold one auction an item and take one item a bid;"
                    + " with vcg an agent's bids exclude each other and may be for bundles."
        })
public final class ClearCommand implements Callable<Integer> {
    private static final String RESERVE = "--reserve";
    private static final String INCREMENT = "--increment";

    private final Terminal terminal;

    @Option(names = "--rule", required = true, paramLabel = "RULE", description = "${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private ClearRule rule;

    @Option(
            names = "--direction",
            paramLabel = "DIR",
            description =
                    "forward: the highest value wins and pays (default). procurement: the lowest ask wins and is paid.")
    private AuctionDirection direction = AuctionDirection.FORWARD;

    @Option(names = RESERVE, paramLabel = "X", description = "Credits an item costs at least, or is paid at most.")
    private @Nullable String reserve;

    @Option(
            names = INCREMENT,
            paramLabel = "X",
            description = "Step of the clock of english and dutch, in credits; 0 is continuous (default).")
    private @Nullable String increment;

    @Option(
            names = "--items",
            split = ",",
            paramLabel = "X",
            description = "Items that there are; bids for others are refused. Else all that are bid for.")
    private @Nullable List<String> items;

    @Option(names = "--bids", required = true, paramLabel = "FILE", description = "The bids.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path bids;

    /** For the command line of a terminal. */
    public ClearCommand(final Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (increment != null && !rule.hasClock()) {
            throw ToolException.usage(INCREMENT + " is for english and dutch; " + rule + " has no clock, leave it out");
        }
        final long reserveMicros = reserve == null ? AuctionTerms.NO_RESERVE : Amount.option(RESERVE, reserve);
        final long incrementMicros = increment == null ? 0 : Amount.option(INCREMENT, increment);
        final MarketClearing market =
                new MarketClearing(direction, reserveMicros, items == null ? null : new LinkedHashSet<>(items));
        final List<Bid> read = BidFile.read(bids);
        final AuctionRule ofOne = rule.ofOneItem();
        final Outcome outcome = ofOne == null ? market.combined(read) : market.itemByItem(ofOne, incrementMicros, read);
        terminal.out().println(json(outcome));
        return Tagma.EXIT_OK;
    }

    private String json(final Outcome outcome) throws IOException {
        final StringWriter text = new StringWriter();
        final JsonFactory factory = JsonFactory.builder()
                .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                .build();
        // As decimals: a file may have more winners than a long can add up.
        BigDecimal welfare = BigDecimal.ZERO;
        BigDecimal revenue = BigDecimal.ZERO;
        try (JsonGenerator out = factory.createGenerator(text)) {
            out.writeStartObject();
            out.writeStringField("rule", rule.toString());
            out.writeStringField("direction", direction.name().toLowerCase(Locale.ROOT));
            out.writeArrayFieldStart("winners");
            for (final Winner winner : outcome.winners()) {
                write(out, winner);
                welfare = welfare.add(Amount.credits(winner.valueMicros()));
                revenue = revenue.add(Amount.credits(winner.paymentMicros()));
            }
            out.writeEndArray();
            // In procurement values are costs, and the buyer pays.
            final boolean pays = direction == AuctionDirection.PROCUREMENT;
            out.writeNumberField("welfare", Amount.plain(pays ? welfare.negate() : welfare));
            out.writeNumberField("revenue", Amount.plain(pays ? revenue.negate() : revenue));
            out.writeArrayFieldStart("refused");
            for (final Refusal refusal : outcome.refused()) {
                out.writeStartObject();
                out.writeStringField("agent", refusal.agent());
                out.writeStringField("reason", refusal.reason());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        return text.toString();
    }

    private static void write(final JsonGenerator out, final Winner winner) throws IOException {
        out.writeStartObject();
        out.writeStringField("agent", winner.agent());
        out.writeArrayFieldStart("items");
        for (final String item : winner.items()) {
            out.writeString(item);
        }
        out.writeEndArray();
        out.writeNumberField("value", Amount.credits(winner.valueMicros()));
        out.writeNumberField("payment", Amount.credits(winner.paymentMicros()));
        out.writeEndObject();
    }
}
