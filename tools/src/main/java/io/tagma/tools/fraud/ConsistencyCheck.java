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

    private static final int EXAMPLE_SHARE = 2; // of what is learnt: the team knows something by then
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
     * @param features each feature's distribution beside the target's own, cards first
     * @param swaps pairs that took each other's place
     * @param withMapAlone decisions that are the same with the learnt maps and not without
     * @param withoutMapAlone decisions that are the same without and not with
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
            List<FeatureDistance> features,
            List<Swap> swaps,
            long withMapAlone,
            long withoutMapAlone,
            String withoutMap) {
        /** Features whose distribution is far from the target's own. */
        public List<String> far() {
            return features.stream()
                    .filter(FeatureDistance::isFar)
                    .map(FeatureDistance::name)
                    .toList();
        }

        /** The largest distance of a feature's distribution from the target's own. */
        public double farthest() {
            return features.stream()
                    .mapToDouble(FeatureDistance::distance)
                    .max()
                    .orElse(0);
        }

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
        final RowExamples examples = new RowExamples();
        for (int i = 0; i < learnt; i++) {
            world.next(true);
            if (i >= learnt - learnt / EXAMPLE_SHARE) {
                examples.see(world);
            }
            world.count();
        }
        for (final RowTemplate template : templates) {
            trips.add(new Trip(template, examples));
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
        private long withMapAlone;
        private long withoutMapAlone;
        private long searched;
        private long editable;
        private float leastEdit = Float.POSITIVE_INFINITY;
        private String leastEditOf = "";

        Trip(final RowTemplate template, final RowExamples examples) {
            this.template = template;
            card = new RowRoundTrip(template, true, examples, true);
            terminal = new RowRoundTrip(template, false, examples, true);
            plainCard = new RowRoundTrip(template, true, examples, false);
            plainTerminal = new RowRoundTrip(template, false, examples, false);
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
            withMapAlone += before == after && before != plain ? 1 : 0;
            withoutMapAlone += before != after && before == plain ? 1 : 0;
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
            final List<FeatureDistance> features = new ArrayList<>(card.features());
            features.addAll(terminal.features());
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
                    features,
                    swaps,
                    withMapAlone,
                    withoutMapAlone,
                    test.verdict().name().toLowerCase(Locale.ROOT));
        }

        private static double share(final long part, final long all) {
            return all == 0 ? 1 : part / (double) all;
        }
    }
}
