package io.tagma.tools.fraud;

import java.io.IOException;
import java.nio.file.Path;
import org.agrona.BitUtil;
import org.agrona.collections.LongHashSet;

/**
 * What a file of payments asks of an engine, found by reading it once: so that whatever is wrong with it is said before
 * anything is decided. Immutable.
 *
 * @param payments how many there are
 * @param rows cards and terminals, with a quarter to spare; at least that of the simulator
 * @param pending most payments of any 7 days, as a power of two with a quarter to spare; at least that of the simulator
 * @param first the first payment, which tells one file from another
 */
record FraudFileSurvey(long payments, int rows, int pending, String first) {
    private static final int MOST = 1 << 26;

    static FraudFileSurvey of(final Path input) throws IOException {
        final LongHashSet cards = new LongHashSet();
        final LongHashSet terminals = new LongHashSet();
        final Transaction payment = new Transaction();
        String first = "";
        long payments = 0;
        int most = 0;
        // A second reader a week behind the first counts what lies between.
        try (TransactionCsv ahead = TransactionCsv.open(input);
                TransactionCsv behind = TransactionCsv.open(input)) {
            final Transaction oldest = new Transaction();
            boolean oldestRead = false;
            long dropped = 0;
            while (ahead.next(payment)) {
                payments++;
                cards.add(payment.customerId);
                terminals.add(payment.terminalId);
                if (payments == 1) {
                    first = describe(payment);
                }
                while (true) {
                    if (!oldestRead) {
                        behind.next(oldest);
                        oldestRead = true;
                    }
                    if (oldest.epochSecond + OutcomeSchedule.WEEK_SECONDS > payment.epochSecond) {
                        break;
                    }
                    dropped++;
                    oldestRead = false;
                }
                most = (int) Math.max(most, payments - dropped);
            }
        }
        final long rows = withSpare(cards.size() + (long) terminals.size());
        return new FraudFileSurvey(
                payments,
                (int) Math.max(FraudScenario.DEFAULT_ROWS, rows),
                Math.max(FraudScenario.DEFAULT_PENDING, BitUtil.findNextPositivePowerOfTwo((int) withSpare(most))),
                first);
    }

    private static long withSpare(final long n) {
        return Math.min(n + n / 4, MOST);
    }

    private static String describe(final Transaction payment) {
        return payment.id + "@" + payment.epochSecond + ":" + payment.customerId + ":" + payment.terminalId + ":"
                + payment.amount;
    }
}
