package io.tagma.cuda;

import java.util.List;

/** One kernel of a module. Immutable; it ends with its module. */
public final class CudaFunction {
    private final CudaModule module;
    private final String name;
    private final long handle;
    private final List<String> parameters;

    CudaFunction(final CudaModule module, final String name, final long handle, final List<String> parameters) {
        this.module = module;
        this.name = name;
        this.handle = handle;
        this.parameters = parameters;
    }

    /** Its name in the source. */
    public String name() {
        return name;
    }

    /** The types of its parameters as PTX names them, e.g. {@code u64} for a pointer, {@code u32}, {@code f32}. */
    public List<String> parameters() {
        return parameters;
    }

    CudaContext context() {
        return module.context();
    }

    long handleFor(final CudaContext user) {
        module.handleFor(user);
        return handle;
    }
}
