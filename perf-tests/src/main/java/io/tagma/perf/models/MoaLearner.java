package io.tagma.perf.models;

import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import io.tagma.engine.model.ModelSchema;
import java.util.ArrayList;
import java.util.List;
import moa.classifiers.AbstractClassifier;
import moa.classifiers.meta.AdaptiveRandomForest;
import moa.classifiers.meta.LeveragingBag;
import moa.classifiers.trees.HoeffdingAdaptiveTree;
import moa.core.Utils;

/** A classifier of MOA (Bifet, Holmes, Kirkby and Pfahringer, JMLR 11, 2010), with its default options but for the forest's size. */
final class MoaLearner implements StreamLearner {
    /** A tenth of the default, which learns 400 examples a second and gains .3 points on Electricity. */
    private static final int FOREST_TREES = 10;

    private final AbstractClassifier classifier;
    private final InstancesHeader header;
    private final int inputs;

    private MoaLearner(final AbstractClassifier classifier, final ModelSchema schema, final long seed) {
        this.classifier = classifier;
        inputs = schema.inputs().size();
        final List<Attribute> attributes = new ArrayList<>();
        schema.inputs().forEach(name -> attributes.add(new Attribute(name)));
        attributes.add(new Attribute("class", schema.classes()));
        header = new InstancesHeader(new Instances("stream", attributes, 0));
        header.setClassIndex(inputs);
        classifier.setRandomSeed((int) seed);
        classifier.prepareForUse();
        classifier.setModelContext(header);
    }

    static MoaLearner adaptiveTree(final ModelSchema schema, final long seed) {
        return new MoaLearner(new HoeffdingAdaptiveTree(), schema, seed);
    }

    static MoaLearner adaptiveForest(final ModelSchema schema, final long seed) {
        final AdaptiveRandomForest forest = new AdaptiveRandomForest();
        forest.ensembleSizeOption.setValue(FOREST_TREES);
        return new MoaLearner(forest, schema, seed);
    }

    static MoaLearner leveragingBag(final ModelSchema schema, final long seed) {
        return new MoaLearner(new LeveragingBag(), schema, seed);
    }

    private Instance instance(final float[] features) {
        final double[] values = new double[inputs + 1];
        for (int i = 0; i < inputs; i++) {
            values[i] = features[i];
        }
        final Instance instance = new DenseInstance(1, values);
        instance.setDataset(header);
        return instance;
    }

    @Override
    public int predict(final float[] features) {
        final double[] votes = classifier.getVotesForInstance(instance(features));
        return votes.length == 0 ? 0 : Utils.maxIndex(votes);
    }

    @Override
    public void learn(final float[] features, final int label) {
        final Instance instance = instance(features);
        instance.setClassValue(label);
        classifier.trainOnInstance(instance);
    }
}
