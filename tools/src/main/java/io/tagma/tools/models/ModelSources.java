package io.tagma.tools.models;

import io.tagma.engine.model.ModelPlugins;
import io.tagma.engine.model.ModelType;
import io.tagma.engine.model.ModelTypes;
import io.tagma.engine.model.OnnxModels;
import io.tagma.engine.training.DriftAwareModel;
import io.tagma.tools.ToolException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that bring model types of one's own, for every command that takes types by name. Used by one thread. */
public final class ModelSources {
    @Option(
            names = "--plugin",
            paramLabel = "JAR",
            description = "A jar that brings model types of its own; may be given several times.")
    private List<Path> plugins = new ArrayList<>();

    private final ModelPlugins loaded = new ModelPlugins(DriftAwareModel.types());

    /**
     * The built-in types and those of the jars.
     *
     * @throws ToolException with the reason why a jar is refused
     */
    public ModelTypes types() {
        for (final Path jar : plugins) {
            if (loaded.load(jar) instanceof final ModelPlugins.Outcome.Refused refused) {
                throw new ToolException("--plugin refused: " + refused.reason());
            }
        }
        plugins = List.of();
        return loaded.types();
    }

    /** What came of each jar, in their order. */
    List<ModelPlugins.Outcome> outcomes() {
        return plugins.stream().map(loaded::load).toList();
    }

    /** The registry with what was loaded so far. */
    ModelTypes present() {
        return loaded.types();
    }

    /** The jars that were named. */
    List<Path> jars() {
        return plugins;
    }

    /**
     * A name's type, or of {@code onnx:FILE} the file's.
     *
     * @throws IllegalArgumentException when there is no such type, or the file is refused
     */
    public static ModelType type(final ModelTypes types, final String name) {
        if (!name.startsWith(OnnxModels.PREFIX)) {
            return types.get(name);
        }
        return switch (OnnxModels.open(Path.of(name.substring(OnnxModels.PREFIX.length())))) {
            case OnnxModels.Opened.Loaded opened -> opened.type();
            case OnnxModels.Opened.Refused refused -> throw new IllegalArgumentException(refused.reason());
        };
    }
}
