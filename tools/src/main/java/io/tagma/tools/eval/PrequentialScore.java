package io.tagma.tools.eval;

/**
 * How a model did on a stream, each example predicted before it was learnt. Immutable.
 *
 * @param name of the model
 * @param accuracy share of right predictions, 0 to 1
 * @param kappa how far the accuracy exceeds that of chance with the same marginals, at most 1 (Cohen, "A coefficient of agreement for
 *     nominal scales", 1960)
 * @param kappaTemporal how far it exceeds that of saying the last label again, at most 1 (Zliobaite, Bifet, Read, Pfahringer and
 *     Holmes, "Evaluation methods and decision theory for classification of streaming data with temporal dependence", Machine Learning
 *     98, 2015)
 * @param predictNs mean time of a prediction, nanoseconds, with the reading of the clock in it
 * @param learnNs mean time of learning one example, nanoseconds, likewise
 */
record PrequentialScore(
        String name, double accuracy, double kappa, double kappaTemporal, double predictNs, double learnNs) {}
