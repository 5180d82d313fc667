package io.tagma.tools.market;

import io.tagma.engine.market.AuctionDirection;
import io.tagma.engine.market.AuctionRule;
import io.tagma.engine.market.AuctionTerms;
import io.tagma.engine.market.Clearing;
import io.tagma.engine.market.CombinatorialAuction;
import io.tagma.tools.ToolException;
import io.tagma.tools.market.Outcome.Refusal;
import io.tagma.tools.market.Outcome.Winner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Clears the bids of a file with the engine's code: refuses what cannot count, numbers agents and items, names them again. Used once. */
final class MarketClearing {
    private final AuctionDirection direction;
    private final long reserveMicros;
    private final @Nullable Set<String> onSale;
    private final List<Refusal> refused = new ArrayList<>();
    private final List<Winner> winners = new ArrayList<>();

    /**
     * One market.
     *
     * @param reserveMicros for each item, or {@link AuctionTerms#NO_RESERVE}
     * @param onSale items that there are; null for all that the bids name
     */
    MarketClearing(final AuctionDirection direction, final long reserveMicros, final @Nullable Set<String> onSale) {
        this.direction = direction;
        this.reserveMicros = reserveMicros;
        this.onSale = onSale;
    }

    /** Sells or buys item by item; an agent may win several. A bid for several items at once is refused. */
    Outcome itemByItem(final AuctionRule rule, final long incrementMicros, final List<Bid> bids) {
        final AuctionTerms terms = new AuctionTerms(rule, direction, reserveMicros, incrementMicros);
        final Map<List<String>, List<Bid>> auctions = new LinkedHashMap<>();
        for (final Bid bid : valid(bids)) {
            if (bid.items().size() > 1) {
                refuse(
                        bid,
                        "bids for " + bid.items().size()
                                + " items at once; this rule takes one item a bid, vcg takes bundles");
            } else if (!terms.admits(bid.micros())) {
                refuse(
                        bid,
                        "value " + Amount.credits(bid.micros()).toPlainString() + " is outside the reserve "
                                + Amount.credits(reserveMicros).toPlainString());
            } else {
                auctions.computeIfAbsent(bid.items(), items -> new ArrayList<>())
                        .add(bid);
            }
        }
        final Clearing clearing = new Clearing();
        for (final List<Bid> auction : auctions.values()) {
            final long[] micros = auction.stream().mapToLong(Bid::micros).toArray();
            final int won = terms.clear(micros, micros.length, clearing);
            if (won != Clearing.NO_WINNER) {
                final Bid bid = auction.get(won);
                winners.add(new Winner(bid.agent(), bid.items(), bid.micros(), clearing.priceMicros()));
            }
        }
        return new Outcome(winners, refused);
    }

    /** Sells or buys all items at once; of an agent's bids one wins at most. */
    Outcome combined(final List<Bid> bids) {
        final List<Bid> valid = valid(bids);
        final List<String> agents = valid.stream().map(Bid::agent).distinct().toList();
        final List<String> items =
                valid.stream().flatMap(bid -> bundle(bid).stream()).distinct().toList();
        limit("items", items.size(), CombinatorialAuction.MAX_ITEMS);
        limit("agents", agents.size(), CombinatorialAuction.MAX_BIDDERS);
        limit("bids", valid.size(), CombinatorialAuction.MAX_BIDS);
        if (valid.isEmpty()) {
            return new Outcome(winners, refused);
        }
        final CombinatorialAuction auction = new CombinatorialAuction();
        auction.begin(items.size(), direction, reserveMicros);
        for (final Bid bid : valid) {
            int set = 0;
            for (final String item : bundle(bid)) {
                set |= 1 << items.indexOf(item);
            }
            final int taken = auction.bid(agents.indexOf(bid.agent()), set, bid.micros());
            if (taken != CombinatorialAuction.OK) {
                throw new IllegalStateException("a checked bid was refused with code " + taken + ": " + bid);
            }
        }
        auction.clear();
        for (int a = 0; a < agents.size(); a++) {
            if (auction.wonBid(a) != CombinatorialAuction.LOSES) {
                winners.add(new Winner(
                        agents.get(a),
                        valid.get(auction.wonBid(a)).items(),
                        auction.wonValueMicros(a),
                        auction.paymentMicros(a)));
            }
        }
        return new Outcome(winners, refused);
    }

    // The item without a name has no name that a file could give.
    private static List<String> bundle(final Bid bid) {
        return bid.items().isEmpty() ? List.of("") : bid.items();
    }

    private static void limit(final String what, final int found, final int most) {
        if (found > most) {
            throw new ToolException("vcg finds winners exactly for up to " + most + " " + what + ", the file has "
                    + found + "; split the file, or clear item by item with --rule vickrey");
        }
    }

    private List<Bid> valid(final List<Bid> bids) {
        final List<Bid> valid = new ArrayList<>();
        final Map<String, Set<Set<String>>> before = new LinkedHashMap<>();
        for (final Bid bid : bids) {
            final String fault = bid.fault().isEmpty() ? unknown(bid) : bid.fault();
            if (!fault.isEmpty()) {
                refuse(bid, fault);
            } else if (!before.computeIfAbsent(bid.agent(), agent -> new HashSet<>())
                    .add(new LinkedHashSet<>(bid.items()))) {
                refuse(bid, "duplicate: the agent has bid for the same items before; the first bid stands");
            } else {
                valid.add(bid);
            }
        }
        return valid;
    }

    private String unknown(final Bid bid) {
        if (onSale == null) {
            return "";
        }
        if (bid.items().isEmpty()) {
            return "names no item; there are: " + String.join(", ", onSale);
        }
        for (final String item : bid.items()) {
            if (!onSale.contains(item)) {
                return "unknown item '" + item + "'; there are: " + String.join(", ", onSale);
            }
        }
        return "";
    }

    private void refuse(final Bid bid, final String reason) {
        refused.add(new Refusal(bid.agent(), reason));
    }
}
