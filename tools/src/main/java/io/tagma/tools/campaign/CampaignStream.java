package io.tagma.tools.campaign;

import io.tagma.engine.ingest.Event;
import io.tagma.engine.ingest.Subjects;

/**
 * A flight's events one after the other: impressions, and every quarter of an hour a vote on the pacing, one event for each shard. Numbered
 * from 1. Owned by one thread.
 */
final class CampaignStream {
    private final CampaignWorld world;
    private final int shards;
    private final long[] seats;
    private long id;
    private long impression;
    private long vote;
    private int voteShard;
    private boolean voting;
    private long timeNs;
    private int user;
    private int page;

    CampaignStream(final CampaignWorld world, final int shards) {
        this.world = world;
        this.shards = shards;
        this.seats = new long[shards];
        voteShard = shards;
        for (int shard = 0; shard < shards; shard++) {
            long seat = 1;
            while (Subjects.shardOf(Subjects.of(CampaignContexts.COUNCIL_SEAT, seat), shards) != shard) {
                seat++;
            }
            seats[shard] = Subjects.of(CampaignContexts.COUNCIL_SEAT, seat);
        }
    }

    /** Goes on to the next event; false at the end of the flight. */
    boolean next() {
        if (voteShard + 1 < shards) {
            voteShard++;
            id++;
            return true;
        }
        if (impression == (long) CampaignWorld.FLIGHT_DAYS * CampaignWorld.DAILY) {
            return false;
        }
        id++;
        final long at = world.timeNs(impression + 1);
        if (at >= CampaignWorld.START_NS + (vote + 1) * CampaignWorld.VOTE_NS) {
            vote++;
            voteShard = 0;
            voting = true;
            timeNs = CampaignWorld.START_NS + vote * CampaignWorld.VOTE_NS;
            return true;
        }
        voteShard = shards;
        voting = false;
        impression++;
        timeNs = at;
        user = world.user(impression);
        page = world.page(impression, user);
        return true;
    }

    void fill(final Event event) {
        event.reset().correlationId(id).subject(subject()).timeNs(timeNs);
        if (voting) {
            event.intent(CampaignContexts.PACING).value(Pacing.proposed(vote));
        } else {
            event.intent(CampaignContexts.IMPRESSION).value(page);
        }
    }

    long id() {
        return id;
    }

    /** Whether this event is a vote. */
    boolean isVote() {
        return voting;
    }

    /** Whether this event is the last of a vote. */
    boolean isLastOfVote() {
        return voting && voteShard + 1 == shards;
    }

    /** Votes so far. */
    long vote() {
        return vote;
    }

    /** Impressions so far. */
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
        return voting ? seats[voteShard] : Subjects.of(CampaignContexts.USER, user + 1L);
    }

    /** Whose event a shard's part of a vote is. */
    long seat(final int shard) {
        return seats[shard];
    }
}
