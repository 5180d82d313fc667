package io.tagma.tools.fraud;

import io.tagma.engine.training.SequentialTest;
import io.tagma.engine.translate.DistributionCheck.Swap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The consistency suite of card-fraud: rows go to another architecture and back, and the frozen team decides on both. Owned by one thread.
 */
public final class ConsistencyCheck {
    /** Least share of decisions that must be the same. */
    public static final double LEAST_AGREEMENT = 0.98;

    private static final int EXAMPLES = 2_000;
    private static final int SEARCH_EVERY = 97;
    private static final float[] STEPS = {0.01f, 0.02f, 0.05f, 0.1f, 0.2f, 0.5f, 1f};
    private static final int CARD_NUMBERS = 10;
    private static final double ALPHA = 0.05;

    private final List<RowTemplate> templates;
    private final List<Trip> trips = new ArrayList<>();

    /**
     * What one template came to.
     *
     * @param template its name, lower case
     * @param fidelity the least of cards and terminals, there and back
     * @param decisions compared
     * @param agreement share of the same decisions, 0 to 1
     * @param notAllowed payments that were reviewed or declined, before or after
     * @param agreementOfThose share of the same decisions among them
     * @param leastEdit least relative change of one number of a card's row after which decisions differ; infinite for none found
     * @param leastEditOf the number's name
     * @param editable share of the payments searched where a change by a tenth or less did that
     * @param farthest largest distance of a feature's distribution from the target's own
     * @param far features that are far
     * @param swaps pairs that took each other's place
     * @param withoutMap verdict of a sequential test of the translators without a learnt map against those with one
     */
    public record Result(
            String template,
            double fidelity,
            long decisions,
            double agreement,
            long notAllowed,
            double agreementOfThose,
            double leastEdit,
            String leastEditOf,
            double editable,
            double farthest,
            List<String> far,
            List<Swap> swaps,
            String withoutMap) {
        /** Whether decisions agree and nothing is swapped. */
        public boolean holds() {
            return agreement >= LEAST_AGREEMENT && swaps.isEmpty();
        }
    }

    /** A suite of all templates that are right, and of the wrong one where asked for. */
    public ConsistencyCheck(final boolean plantSwap) {
        templates = new ArrayList<>(RowTemplate.SUITE);
        if (plantSwap) {
            templates.add(RowTemplate.SWAPPED);
        }
    }

    /**
     * Runs it.
     *
     * @param learnt payments that the team learns from first
     * @param compared payments decided on both rows, the team frozen
     */
    public List<Result> run(final long seed, final int learnt, final int compared) {
        final ConsistencyWorld world = new ConsistencyWorld(seed);
        for (int i = 0; i < learnt; i++) {
            world.next(true);
            world.count();
        }
        for (final RowTemplate template : templates) {
            trips.add(new Trip(template, world));
        }
        for (int i = 0; i < compared; i++) {
            world.next(false);
            for (final Trip trip : trips) {
                trip.compare(world, i % SEARCH_EVERY == 0);
            }
            world.count();
        }
        return trips.stream().map(Trip::result).toList();
    }

    /** One template at work. */
    private static final class Trip {
        private final RowTemplate template;
        private final RowRoundTrip card;
        private final RowRoundTrip terminal;
        private final RowRoundTrip plainCard;
        private final RowRoundTrip plainTerminal;
        private final SequentialTest test = new SequentialTest(ALPHA);
        private final ArrayRows edited = new ArrayRows(1);
        private long decisions;
        private long same;
        private long notAllowed;
        private long sameOfThose;
        private long searched;
        private long editable;
        private float leastEdit = Float.POSITIVE_INFINITY;
        private String leastEditOf = "";

        Trip(final RowTemplate template, final ConsistencyWorld world) {
            this.template = template;
            card = trip(world, true, true);
            terminal = trip(world, false, true);
            plainCard = trip(world, true, false);
            plainTerminal = trip(world, false, false);
        }

        private RowRoundTrip trip(final ConsistencyWorld world, final boolean ofCards, final boolean learnt) {
            final List<float[]> rows = new ArrayList<>();
            final List<float[]> others = new ArrayList<>();
            final int subjects = ofCards ? ConsistencyWorld.CARDS : ConsistencyWorld.TERMINALS;
            for (int id = 0; id < subjects && rows.size() < EXAMPLES; id++) {
                if (world.updatedNs(ofCards, id) > 0) {
                    rows.add(world.row(ofCards, id));
                    others.add(world.other(ofCards, id).clone());
                }
            }
            return new RowRoundTrip(template, ofCards, rows, others, learnt);
        }

        void compare(final ConsistencyWorld world, final boolean search) {
            final int cardId = (int) world.payment.customerId;
            final int terminalId = (int) world.payment.terminalId;
            final float[] cardRow = world.row(true, cardId);
            final float[] terminalRow = world.row(false, terminalId);
            final long cardNs = world.updatedNs(true, cardId);
            final long terminalNs = world.updatedNs(false, terminalId);
            final int before = world.action(world.cards.at(cardId), world.terminals.at(terminalId));
            final FloatRow terminalAfter = terminal.roundTrip(terminalRow, terminalNs);
            final int after = world.action(card.roundTrip(cardRow, cardNs), terminalAfter);
            final int plain = world.action(
                    plainCard.roundTrip(cardRow, cardNs), plainTerminal.roundTrip(terminalRow, terminalNs));
            decisions++;
            same += before == after ? 1 : 0;
            if (before + after > 0) {
                notAllowed++;
                sameOfThose += before == after ? 1 : 0;
            }
            test.paired(before == after, before == plain);
            if (search && before == after) {
                search(world, cardRow, cardNs, world.terminals.at(terminalId), terminalAfter);
            }
        }

        /** Looks for the least change of one number of the card's row after which the two decisions differ. */
        private void search(
                final ConsistencyWorld world,
                final float[] row,
                final long ns,
                final FloatRow terminalBefore,
                final FloatRow terminalAfter) {
            searched++;
            for (final float step : STEPS) {
                for (int i = 0; i < CARD_NUMBERS; i++) {
                    for (final float factor : new float[] {1 + step, 1 - step}) {
                        final float[] changed = row.clone();
                        changed[i] *= factor;
                        for (int f = 0; f < changed.length; f++) {
                            edited.set(f, changed[f]);
                        }
                        edited.touched(ns);
                        if (world.action(edited, terminalBefore)
                                != world.action(card.roundTrip(changed, ns), terminalAfter)) {
                            found(step, i);
                            return;
                        }
                    }
                }
            }
        }

        private void found(final float step, final int i) {
            editable += step <= 0.1f ? 1 : 0;
            if (step < leastEdit) {
                leastEdit = step;
                leastEditOf = CardRule.NAMES.get(i);
            }
        }

        Result result() {
            final List<String> far = new ArrayList<>(card.far());
            far.addAll(terminal.far());
            final List<Swap> swaps = new ArrayList<>(card.swaps());
            swaps.addAll(terminal.swaps());
            return new Result(
                    template.name().toLowerCase(Locale.ROOT),
                    Math.min(card.fidelity(), terminal.fidelity()),
                    decisions,
                    share(same, decisions),
                    notAllowed,
                    share(sameOfThose, notAllowed),
                    leastEdit,
                    leastEditOf,
                    searched == 0 ? 0 : editable / (double) searched,
                    Math.max(card.farthest(), terminal.farthest()),
                    far,
                    swaps,
                    test.verdict().name().toLowerCase(Locale.ROOT));
        }

        private static double share(final long part, final long all) {
            return all == 0 ? 1 : part / (double) all;
        }
    }
}
