package io.tagma.engine.model;

/**
 * Model types of this package with other hyper-parameters, for studies of what these matter. They bear the names of the types that they
 * vary, so none of them belongs into a registry beside those. Stateless.
 */
public final class TunedModels {
    private TunedModels() {}

    /**
     * {@link ModelTypes#SOFTMAX_ADAGRAD} otherwise.
     *
     * @param rate of learning, above 0; 0.1 in the type itself
     * @param start of the sums of squared gradients, above 0; 1e-4: more is more cautious
     */
    public static ModelType softmaxAdaGrad(final double rate, final double start) {
        return like(ModelTypes.SOFTMAX_ADAGRAD, (type, schema, seed) -> new SoftmaxAdaGrad(type, schema, rate, start));
    }

    /**
     * {@link ModelTypes#FTRL_PROXIMAL} otherwise.
     *
     * @param alpha rate of learning, above 0; 0.1 in the type itself
     * @param beta smoothing of the rate, 0 or more; 1
     * @param l1 regularisation that makes weights zero, 0 or more; 0.5
     * @param l2 regularisation that makes them small, 0 or more; 0.1
     */
    public static ModelType ftrlProximal(final double alpha, final double beta, final double l1, final double l2) {
        return like(
                ModelTypes.FTRL_PROXIMAL, (type, schema, seed) -> new FtrlProximal(type, schema, alpha, beta, l1, l2));
    }

    /**
     * {@link ModelTypes#DYNAMIC_LOGISTIC} otherwise.
     *
     * @param examples after which one has faded to 1/e, above 1; 2,000 in the type itself
     * @param variance of the weights before anything is known, above 0; 0.1
     */
    public static ModelType dynamicLogistic(final double examples, final double variance) {
        return like(
                ModelTypes.DYNAMIC_LOGISTIC,
                (type, schema, seed) -> new DynamicLogistic(type, schema, 1 - 1 / examples, variance));
    }

    private static ModelType like(final ModelType standard, final BuiltInModelType.Factory factory) {
        return new BuiltInModelType(standard.name(), standard.version(), standard.source(), factory);
    }
}
