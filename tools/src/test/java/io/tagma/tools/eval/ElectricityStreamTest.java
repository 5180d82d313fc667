package io.tagma.tools.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.ModelTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the features of the Electricity data may know, and how the scores are counted. */
class ElectricityStreamTest {
    private static final int EVENTS = 1_200;

    /** Prices that wander around a daily cycle, labelled by whether they fell. */
    private static List<HalfHour> records(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<HalfHour> records = new ArrayList<>();
        float before = 0;
        for (int i = 0; i < EVENTS; i++) {
            final float price = (float) (0.3 * Math.sin(2 * Math.PI * i / 48) + 0.3 * random.nextDouble());
            final float[] attributes = {
                1 + i / 48 % 7,
                i % 48 / 47f,
                price,
                (float) random.nextDouble(),
                0.1f,
                0.2f,
                (float) random.nextDouble()
            };
            records.add(new HalfHour(attributes, price < before ? 1 : 0));
            before = price;
        }
        return records;
    }

    private static List<HalfHour> withOtherLabelsFrom(final List<HalfHour> records, final int from) {
        final SplittableRandom random = new SplittableRandom(from);
        final List<HalfHour> other = new ArrayList<>(records.subList(0, from));
        for (final HalfHour record : records.subList(from, records.size())) {
            other.add(new HalfHour(record.attributes(), random.nextInt(2)));
        }
        return other;
    }

    private static List<float[]> predictions(final List<HalfHour> records, final ModelType type) {
        final List<float[]> predictions = new ArrayList<>();
        new Prequential(new ElectricityStream(records), () -> 0)
                .score(type, 1, 0.5, (event, label, probabilities) -> predictions.add(probabilities.clone()));
        return predictions;
    }

    @Test
    void noPredictionKnowsItsOwnLabelOrALaterOne() {
        final List<HalfHour> records = records(1);
        for (final int from : new int[] {1, 400, 1_000}) {
            final List<HalfHour> other = withOtherLabelsFrom(records, from);
            final List<float[]> original = predictions(records, ModelTypes.ENSEMBLE);
            final List<float[]> changed = predictions(other, ModelTypes.ENSEMBLE);

            assertThat(original).hasSize(EVENTS);
            for (int i = 0; i <= from; i++) {
                assertThat(changed.get(i))
                        .as("prediction %d, labels differ from %d", i, from)
                        .isEqualTo(original.get(i));
            }
            // Or else the comparison could not fail.
            assertThat(changed.get(EVENTS - 1)).isNotEqualTo(original.get(EVENTS - 1));
        }
    }

    @Test
    void featuresAreWhatTheirNamesSay() {
        final List<HalfHour> records = records(2);
        final ElectricityStream stream = new ElectricityStream(records);
        final List<String> names = stream.schema().inputs();
        final float[] features = new float[names.size()];
        for (int i = 0; i < 500; i++) {
            stream.next(features);
            if (i < 499) {
                stream.label();
            }
        }

        final int now = 499;
        assertThat(features[names.indexOf("nswprice")])
                .isEqualTo(records.get(now).attributes()[2]);
        assertThat(features[names.indexOf("label -1")])
                .isEqualTo(2 * records.get(now - 1).label() - 1);
        assertThat(features[names.indexOf("label -336")])
                .isEqualTo(2 * records.get(now - 336).label() - 1);
        assertThat(features[names.indexOf("transfer since -48")])
                .isEqualTo(
                        records.get(now).attributes()[6] - records.get(now - 48).attributes()[6]);
        int ones = 0;
        for (int i = now - 48; i < now; i++) {
            ones += records.get(i).label();
        }
        assertThat(features[names.indexOf("share of 1 in a day")]).isEqualTo(ones / 48f);
        int run = 1;
        while (records.get(now - run - 1).label() == records.get(now - 1).label()) {
            run++;
        }
        assertThat(features[names.indexOf("half-hours since a change")]).isEqualTo(run);
    }

    @Test
    void aLabelThatWasNotRevealedCannotBeAFeature() {
        final ElectricityStream stream = new ElectricityStream(records(3));
        final float[] features = new float[stream.schema().inputs().size()];
        stream.next(features);

        assertThatThrownBy(() -> stream.next(features))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("label 0 is asked for before it was revealed");
    }

    @Test
    void scoresAreThoseOfTheDefinitions() {
        final List<HalfHour> records = new ArrayList<>();
        for (final int label : new int[] {0, 0, 1, 1, 1, 0, 1, 1, 1, 1}) {
            records.add(new HalfHour(new float[] {1, 0, 0, 0, 0, 0, 0}, label));
        }
        final Prequential prequential = new Prequential(new ElectricityStream(records), () -> 0);
        final double noChange = prequential.noChange();
        final List<Integer> said = new ArrayList<>();
        final PrequentialScore score = prequential.score(
                ModelTypes.GAUSSIAN_NAIVE_BAYES, 1, noChange, (event, label, probabilities) -> said.add(label));

        assertThat(noChange).isEqualTo(0.7);
        int right = 0;
        int saidOne = 0;
        for (int i = 0; i < said.size(); i++) {
            right += said.get(i) == records.get(i).label() ? 1 : 0;
            saidOne += said.get(i);
        }
        final double chance = 0.7 * saidOne / 10 + 0.3 * (10 - saidOne) / 10;
        assertThat(score.accuracy()).isEqualTo(right / 10.0);
        assertThat(score.kappa()).isCloseTo((right / 10.0 - chance) / (1 - chance), within());
        assertThat(score.kappaTemporal()).isCloseTo((right / 10.0 - 0.7) / 0.3, within());
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(1e-12);
    }
}
