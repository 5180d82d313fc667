package io.tagma.engine.model;

import java.util.List;

/**
 * What a jar offers that brings model types of its own, named in its {@code META-INF/services/io.tagma.engine.model.ModelPlugin}.
 * Made once a jar by its constructor without arguments.
 *
 * <pre>{@code
 * public final class Mine implements ModelPlugin {
 *     @Override public int contract() { return ModelPlugin.CONTRACT; }
 *     @Override public List<ModelType> types() { return List.of(new MyType()); }
 * }
 * }</pre>
 */
public interface ModelPlugin {
    /**
     * Version of what plugins and engine promise each other; grows when {@link ModelType}, {@link OnlineModel} or this changes so that
     * plugins have to. Being a constant it is compiled into the plugin, so {@link #contract} says what that was compiled against.
     */
    int CONTRACT = 1;

    /** To be {@code return ModelPlugin.CONTRACT;}. */
    int contract();

    /** The types, at least one; asked once. */
    List<ModelType> types();
}
