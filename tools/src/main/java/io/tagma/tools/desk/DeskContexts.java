package io.tagma.tools.desk;

import io.tagma.engine.EngineContext;
import io.tagma.engine.ShardLimits;
import io.tagma.engine.intent.AdaGradSoftmaxClassifier;
import io.tagma.engine.intent.IntentClassifier;
import io.tagma.engine.intent.IntentClassifierConfig;
import io.tagma.engine.intent.IntentModels;
import io.tagma.engine.intent.RowTextModel;
import io.tagma.engine.intent.TextHooks;
import io.tagma.engine.kernel.Kernels;
import io.tagma.engine.training.DriftAwareClassifier;
import io.tagma.engine.training.DriftPolicy;
import org.jspecify.annotations.Nullable;

/** How an engine is set up for the desk: the same for a run and for the replay of its journal. Stateless. */
final class DeskContexts {
    static final String CATALOGUE = "desk.catalogue";
    static final String DRIFT = "desk.drift";
    static final String NO_DRIFT = "none";
    static final int MAX_TEXT_BYTES = 512;

    private static final int SLOT_LENGTH = 1024;
    private static final int MAX_ROWS = 1 << 16;
    private static final int PENDING = 1 << 15;
    private static final int BATCH = 64;

    private DeskContexts() {}

    /** Intents, operators, classifier and rows; directory and threading are the caller's to set. */
    static EngineContext of(final Catalogue catalogue, final String drift, final @Nullable String market) {
        final int dimension = (catalogue.size() + 1) & -2;
        final EngineContext context = new EngineContext()
                .slotLength(SLOT_LENGTH)
                .ringCapacity(1024)
                .subjectKind(DeskRule.USER, "user")
                .subjectKind(DeskRule.VISITOR, "visitor")
                .subjectRule(() -> new DeskRule(catalogue.intents()))
                .limits(new ShardLimits()
                        .profileDimension(dimension)
                        .maxRows(MAX_ROWS)
                        .maxTextBytes(MAX_TEXT_BYTES)
                        .pendingCapacity(PENDING)
                        .maxBatch(BATCH)
                        .maxFeatures(4)
                        .hashInterval(1024))
                .textModel(kernels -> new RowTextModel(
                        classifier(catalogue.size(), drift, kernels),
                        0,
                        new TextHooks(IntentClassifierConfig.of(catalogue.size()), kernels, new IntentModels())));
        for (int i = 0; i < catalogue.size(); i++) {
            context.intent(DeskMarket.intent(catalogue.intents().get(i), catalogue.domain(i), market));
        }
        OperatorSpec.staff(catalogue.domains()).forEach(spec -> context.agent(Operator.factory(spec)));
        return DeskMarket.open(context, market);
    }

    /** One that reacts to drift keeps more, so without a reaction it is the plain one, whose journals stay as they are. */
    private static IntentClassifier classifier(final int classes, final String drift, final Kernels kernels) {
        final IntentClassifierConfig config = IntentClassifierConfig.of(classes);
        return drift.equals(NO_DRIFT)
                ? new IntentModels().create(IntentModels.ADAGRAD_SOFTMAX, config, kernels)
                : new DriftAwareClassifier(
                        DriftPolicy.parse(drift), () -> new AdaGradSoftmaxClassifier(config, kernels));
    }
}
