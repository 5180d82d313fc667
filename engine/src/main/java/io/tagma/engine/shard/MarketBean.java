package io.tagma.engine.shard;

import io.tagma.engine.market.CreditLedger;
import io.tagma.engine.market.MarketView;
import io.tagma.engine.observe.MarketMXBean;

/** One shard's market as JMX sees it. Any thread. */
record MarketBean(ShardView shard) implements MarketMXBean {
    private static final int LOOKS = 1000;

    private MarketView view() {
        return shard.market();
    }

    @Override
    public long getAuctions() {
        return view().statistics().auctions();
    }

    @Override
    public long getFilled() {
        return view().statistics().filled();
    }

    @Override
    public double getParticipation() {
        return view().statistics().participation();
    }

    @Override
    public double getFillRate() {
        return view().statistics().fillRate();
    }

    @Override
    public double getMeanPrice() {
        return view().statistics().meanPrice();
    }

    @Override
    public double getMeanSurplus() {
        return view().statistics().meanSurplus();
    }

    @Override
    public double getConcentration() {
        return view().statistics().concentration();
    }

    /** Looks again while it is not 0: between the two halves of a transfer it is not, and a ledger that is broken stays so. */
    @Override
    public long getLedgerSumMicros() {
        long sum = view().sumMicros();
        for (int look = 1; look < LOOKS && sum != 0; look++) {
            sum = view().sumMicros();
        }
        return sum;
    }

    @Override
    public long getEscrowMicros() {
        return view().balanceMicros(CreditLedger.ESCROW);
    }

    @Override
    public long getHouseMicros() {
        return view().balanceMicros(CreditLedger.HOUSE);
    }

    @Override
    public int getOpenContracts() {
        return view().openContracts();
    }

    @Override
    public long getRefusals() {
        return view().refusals();
    }

    @Override
    public long getUnaffordable() {
        return view().unaffordable();
    }

    @Override
    public long getLate() {
        return view().late();
    }

    @Override
    public long getAsked() {
        return view().asked().opened.get();
    }

    @Override
    public long getAskedEnded() {
        return view().asked().ended.get();
    }

    @Override
    public long getAskedFull() {
        return view().asked().full.get();
    }

    @Override
    public long getAskedBids() {
        return view().asked().bids.get();
    }

    @Override
    public long getAskedUnavailable() {
        return view().asked().unavailable.get();
    }

    @Override
    public long getLateBids() {
        return view().asked().late.get();
    }

    @Override
    public long getMalformedBids() {
        return view().asked().malformed.get();
    }

    @Override
    public long getDuplicateBids() {
        return view().asked().duplicates.get();
    }

    @Override
    public long getUnknownBids() {
        return view().asked().unknown.get();
    }
}
