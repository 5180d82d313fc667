package io.tagma.engine.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The registry of model types by name. Immutable: {@link #with} gives another registry. */
public final class ModelTypes {
    /** Multinomial logistic regression with a step a weight. */
    public static final ModelType SOFTMAX_ADAGRAD = new BuiltInModelType(
            "softmax-adagrad",
            1,
            "Duchi, Hazan, Singer: Adaptive subgradient methods, JMLR 12, 2011",
            SoftmaxAdaGrad::new);

    /** Logistic regression that follows the regularised leader. */
    public static final ModelType FTRL_PROXIMAL = new BuiltInModelType(
            "ftrl-proximal",
            1,
            "McMahan and others: Ad click prediction, a view from the trenches, KDD 2013",
            FtrlProximal::new);

    /** Logistic regression as a Kalman filter with forgetting. */
    public static final ModelType DYNAMIC_LOGISTIC = new BuiltInModelType(
            "dynamic-logistic",
            1,
            "McCormick, Raftery, Madigan, Burd: Dynamic logistic regression, Biometrics 68, 2012",
            DynamicLogistic::new);

    /** Normal densities a class and input, with forgetting. */
    public static final ModelType GAUSSIAN_NAIVE_BAYES = new BuiltInModelType(
            "gaussian-naive-bayes",
            1,
            "John, Langley: Estimating continuous distributions in Bayesian classifiers, UAI 1995",
            GaussianNaiveBayes::new);

    /** One tree that regrows what has drifted. */
    public static final ModelType HOEFFDING_ADAPTIVE_TREE = new BuiltInModelType(
            "hoeffding-adaptive-tree",
            1,
            "Bifet, Gavalda: Adaptive learning from evolving data streams, IDA 2009",
            HoeffdingAdaptiveTree::new);

    /** Many such trees over random inputs and weights. */
    public static final ModelType ADAPTIVE_FOREST = new BuiltInModelType(
            "adaptive-forest",
            1,
            "Gomes and others: Adaptive random forests for evolving data stream classification, Machine Learning 106,"
                    + " 2017",
            AdaptiveForest::new);

    /** The last examples, by distance. */
    public static final ModelType NEAREST_NEIGHBOURS = new BuiltInModelType(
            "nearest-neighbours",
            1,
            "Cover, Hart: Nearest neighbor pattern classification, IEEE Trans. Inf. Theory 13, 1967",
            NearestNeighbours::new);

    /** A network of one embedding bag and one hidden layer; not among the ensemble's members. */
    public static final ModelType EMBEDDING_BAG_MLP = new BuiltInModelType(
            "embedding-bag-mlp",
            1,
            "Joulin and others: Bag of tricks for efficient text classification, EACL 2017",
            EmbeddingBagMlp::new);

    /** The types before that one, weighed by how well each did lately. */
    public static final ModelType ENSEMBLE = ensemble("ensemble", members());

    private static final ModelTypes BUILT_IN = registry();

    private final Map<String, ModelType> types;
    private final Map<String, Composed> composed;

    /** Makes a type out of others. */
    public interface Composer {
        /**
         * Makes one.
         *
         * @param types to choose from
         * @param parameters what was written behind the word and its colon
         * @throws IllegalArgumentException when that makes no sense; says what does
         */
        ModelType compose(ModelTypes types, String parameters);
    }

    private record Composed(String usage, Composer composer) {}

    private ModelTypes(final Map<String, ModelType> types, final Map<String, Composed> composed) {
        this.types = Collections.unmodifiableMap(types);
        this.composed = Collections.unmodifiableMap(composed);
    }

    private static List<ModelType> members() {
        return List.of(
                SOFTMAX_ADAGRAD,
                FTRL_PROXIMAL,
                DYNAMIC_LOGISTIC,
                GAUSSIAN_NAIVE_BAYES,
                HOEFFDING_ADAPTIVE_TREE,
                ADAPTIVE_FOREST,
                NEAREST_NEIGHBOURS);
    }

    private static ModelTypes registry() {
        final Map<String, ModelType> types = new TreeMap<>();
        members().forEach(type -> types.put(type.name(), type));
        types.put(EMBEDDING_BAG_MLP.name(), EMBEDDING_BAG_MLP);
        types.put(ENSEMBLE.name(), ENSEMBLE);
        return new ModelTypes(types, Map.of());
    }

    /** The types of this package. */
    public static ModelTypes builtIn() {
        return BUILT_IN;
    }

    /**
     * An ensemble of other types.
     *
     * @param name of the type
     * @param members in the order in which they are added up; at least one
     */
    public static ModelType ensemble(final String name, final List<ModelType> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("the ensemble '" + name + "' has no members; name at least one type");
        }
        final List<ModelType> kept = List.copyOf(members);
        return new BuiltInModelType(
                name,
                1,
                "Herbster, Warmuth: Tracking the best expert, Machine Learning 32, 1998",
                (type, schema, seed) -> new LossWeightedEnsemble(type, schema, seed, kept));
    }

    /**
     * This registry and one type more.
     *
     * @throws IllegalArgumentException when the name is taken or is not of lower case letters, digits and dashes
     */
    public ModelTypes with(final ModelType type) {
        if (!type.name().matches("[a-z][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "a model type's name is lower case letters, digits and dashes, e.g. my-model: '" + type.name()
                            + "'");
        }
        final Map<String, ModelType> more = new TreeMap<>(types);
        if (more.putIfAbsent(type.name(), type) != null) {
            throw new IllegalArgumentException(
                    "there is a model type '" + type.name() + "' already; choose another name");
        }
        return new ModelTypes(more, composed);
    }

    /**
     * This registry and types that are made out of others when they are asked for.
     *
     * @param usage how such a type is written, e.g. {@code drift-aware:TYPE:POLICY}; the word before the first colon tells them
     * @throws IllegalArgumentException when the word is taken
     */
    public ModelTypes with(final String usage, final Composer composer) {
        final Map<String, Composed> more = new TreeMap<>(composed);
        if (more.putIfAbsent(usage.substring(0, usage.indexOf(':')), new Composed(usage, composer)) != null) {
            throw new IllegalArgumentException("there are types written '" + usage + "' already; choose another word");
        }
        return new ModelTypes(types, more);
    }

    /**
     * The type of a name.
     *
     * @throws IllegalArgumentException when there is none, with those that there are
     */
    public ModelType get(final String name) {
        final int colon = name.indexOf(':');
        final Composed made = colon < 0 ? null : composed.get(name.substring(0, colon));
        if (made != null) {
            return made.composer().compose(this, name.substring(colon + 1));
        }
        final ModelType type = types.get(name);
        if (type == null) {
            throw new IllegalArgumentException("no model type '" + name + "'; there are " + types.keySet()
                    + (composed.isEmpty()
                            ? ""
                            : " and "
                                    + composed.values().stream()
                                            .map(Composed::usage)
                                            .toList()));
        }
        return type;
    }

    /** All types by name. */
    public Collection<ModelType> all() {
        return types.values();
    }
}
