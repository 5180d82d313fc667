package io.tagma.tools.market;

import io.tagma.engine.market.AuctionRule;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Rules by the names that the command line has for them. Immutable. */
enum ClearRule {
    FIRST(AuctionRule.FIRST_PRICE),
    VICKREY(AuctionRule.VICKREY),
    ENGLISH(AuctionRule.ENGLISH),
    DUTCH(AuctionRule.DUTCH),
    VCG(null);

    private final @Nullable AuctionRule rule;

    ClearRule(final @Nullable AuctionRule rule) {
        this.rule = rule;
    }

    /** The engine's rule for one item; null where all items are cleared at once. */
    @Nullable
    AuctionRule ofOneItem() {
        return rule;
    }

    /** Whether there is a clock, and so an increment. */
    boolean hasClock() {
        return this == ENGLISH || this == DUTCH;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
