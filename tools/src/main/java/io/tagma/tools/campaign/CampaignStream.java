package io.tagma.tools.campaign;

import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;

/** A flight's impressions one after the other, numbered from 1. Owned by one thread. */
final class CampaignStream {
    private final CampaignWorld world;
    private long impression;
    private long timeNs;
    private int user;
    private int page;

    CampaignStream(final CampaignWorld world) {
        this.world = world;
    }

    /** Goes on to the next impression; false at the end of the flight. */
    boolean next() {
        if (impression == (long) CampaignWorld.FLIGHT_DAYS * CampaignWorld.DAILY) {
            return false;
        }
        impression++;
        timeNs = world.timeNs(impression);
        user = world.user(impression);
        page = world.page(impression, user);
        return true;
    }

    void fill(final Event event) {
        event.reset()
                .correlationId(impression)
                .subject(subject())
                .timeNs(timeNs)
                .intent(CampaignContexts.IMPRESSION)
                .value(page);
    }

    /** Number of the impression, and of its event. */
    long impression() {
        return impression;
    }

    int user() {
        return user;
    }

    int page() {
        return page;
    }

    long timeNs() {
        return timeNs;
    }

    long subject() {
        return Subjects.of(CampaignContexts.USER, user + 1L);
    }
}
