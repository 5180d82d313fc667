package io.tagma.tools.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The simulated flight is what it says: times rise, slots are seen as often as their weights, interests fade. */
class CampaignWorldTest {
    private final CampaignWorld world = new CampaignWorld(11);

    @Test
    void timesRiseThroughTheWholeFlight() {
        long before = CampaignWorld.START_NS;
        final long all = (long) CampaignWorld.FLIGHT_DAYS * CampaignWorld.DAILY;
        for (long n = 1; n <= all; n += n < CampaignWorld.DAILY + 10 ? 1 : 997) {
            final long time = world.timeNs(n);
            if (time <= before) {
                throw new AssertionError("impression " + n + " at " + time + ", the one before at " + before);
            }
            before = time;
        }
        assertThat(world.timeNs(all)).isLessThan(CampaignWorld.START_NS + CampaignWorld.FLIGHT_NS);
    }

    @Test
    void slotsAreSeenAsOftenAsTheyWeigh() {
        final int[] seen = new int[CampaignContexts.SLOTS.count()];
        final int impressions = 100_000;
        for (int n = 1; n <= impressions; n++) {
            for (int s = 0; s < world.seen(n); s++) {
                seen[s]++;
            }
        }
        for (int s = 0; s < seen.length; s++) {
            assertThat(seen[s] / (double) impressions).isCloseTo(CampaignContexts.SLOTS.ppm(s) / 1e6, within(0.01));
        }
    }

    @Test
    void anInterestIsHalfGoneAfterSixHours() {
        final float[] row = new float[Interests.ROW];
        final float[] features = new float[Interests.FEATURES];
        final long start = CampaignWorld.START_NS;
        Interests.view(row, 0, start, 3);
        Interests.view(row, 0, start, 3);
        Interests.features(row, 0, start + 6 * 3600 * 1_000_000_000L, 7, features, 0);
        assertThat(features[3]).as("1 of 1 and a stranger's 1").isCloseTo(0.5f, within(1e-4f));
        assertThat(features[Interests.PAGE]).isEqualTo(7f);
        assertThat(features[Interests.ELAPSED]).isCloseTo(0.25f / CampaignWorld.FLIGHT_DAYS, within(1e-6f));
    }

    @Test
    void noViewIsWorthMoreThanTheDearest() {
        final List<Campaign> campaigns = Campaign.of(world);
        assertThat(campaigns).hasSize(Campaign.COUNT);
        final float[] features = new float[Interests.FEATURES];
        for (final Campaign campaign : campaigns) {
            features[campaign.topic()] = 1f;
            features[Interests.PAGE] = campaign.topic();
            assertThat(campaign.valueMicros(features)).isPositive().isLessThanOrEqualTo(campaign.dearestMicros());
            features[campaign.topic()] = 0f;
            assertThat(campaign.budgetCredits()).isPositive();
        }
    }
}
