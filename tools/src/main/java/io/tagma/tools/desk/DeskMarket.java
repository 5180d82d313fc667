package io.tagma.tools.desk;

import io.tagma.engine.EngineContext;
import io.tagma.engine.intent.IntentSpec;
import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.ContractTerms;
import io.tagma.engine.market.MarketTerms;
import io.tagma.engine.market.MicroCredits;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * By which rule the desk's tasks are traded: operators buy them with the credits that they begin with, and get their price back for a task that they did not
 * resolve. Stateless.
 */
final class DeskMarket {
    /** Property: the rule. Not there where tasks go to the highest bid, weighed by standing, without payment. */
    static final String PROPERTY = "desk.market";

    private static final long OPERATOR_CREDITS = 1_000_000;
    private static final int CONTRACTS = 4096;

    private DeskMarket() {}

    /**
     * The rule of a name as {@code tagma market clear} calls it.
     *
     * @throws IllegalArgumentException when there is none; names those there are
     */
    static AuctionRule rule(final String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "first" -> AuctionRule.FIRST_PRICE;
            case "vickrey" -> AuctionRule.VICKREY;
            case "english" -> AuctionRule.ENGLISH;
            case "dutch" -> AuctionRule.DUTCH;
            case "vcg" -> AuctionRule.VCG;
            default ->
                throw new IllegalArgumentException("--market must be first, vickrey, english, dutch or vcg: " + name);
        };
    }

    /** An intent of the desk. */
    static IntentSpec intent(final String name, final String domain, final @Nullable String market) {
        return market == null
                ? IntentSpec.auctioned(name, domain)
                : IntentSpec.traded(name, domain, AuctionTerms.of(rule(market), AuctionDirection.FORWARD));
    }

    /** Opens the operators' accounts, where there is a market. */
    static EngineContext open(final EngineContext context, final @Nullable String market) {
        return market == null
                ? context
                : context.market(new MarketTerms(
                        new ContractTerms(
                                TimeUnit.SECONDS.toNanos(1), TimeUnit.DAYS.toNanos(1), 0, 0, MicroCredits.MAX, 1),
                        CONTRACTS,
                        OPERATOR_CREDITS,
                        0,
                        TimeUnit.DAYS.toNanos(30)));
    }
}
