package io.tagma.tools.desk;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the desk was asked for. Immutable.
 *
 * @param input utterances to learn from, in one strict pass
 * @param eval utterances for the frozen model, or null
 * @param outOfScope utterances of no known intent for the frozen model, or null
 * @param domains JSON of domain to intents, or null
 * @param shuffleSeed order of the pass; null for the file's own
 * @param users how many users to simulate, 0 for none
 * @param drift what the classifier does about drift, by name
 * @param seed of users and operators
 * @param market rule by which tasks are traded, or null
 * @param consolidateEvery lessons between two publications of networks taught beside the engine, 0 for none
 */
record DeskOptions(
        Path input,
        @Nullable Path eval,
        @Nullable Path outOfScope,
        @Nullable Path domains,
        @Nullable Long shuffleSeed,
        int users,
        String drift,
        long seed,
        @Nullable String market,
        int consolidateEvery) {}
