package io.tagma.engine.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Vector kernels of a width that is not the machine's: the width is a constant of the class, so each comes from a loader of its own.
 */
final class VectorWidths extends ClassLoader {
    private static final String PACKAGE = VectorKernels.class.getPackageName() + '.';

    private static final Set<String> SHARED = Stream.of(
                    Kernels.class, RowKernels.class, WeightTable.class, FloatRows.class, DenseLayer.class, TopK.class)
            .map(Class::getName)
            .collect(Collectors.toUnmodifiableSet());

    private VectorWidths() {
        super(VectorWidths.class.getClassLoader());
    }

    static Kernels ofBits(final int bits) {
        final String before = System.getProperty(VectorKernels.WIDTH_PROPERTY);
        System.setProperty(VectorKernels.WIDTH_PROPERTY, Integer.toString(bits));
        try {
            final Class<?> type = new VectorWidths().loadClass(VectorKernels.class.getName());
            return (Kernels) type.getConstructor().newInstance();
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        } finally {
            if (before == null) {
                System.clearProperty(VectorKernels.WIDTH_PROPERTY);
            } else {
                System.setProperty(VectorKernels.WIDTH_PROPERTY, before);
            }
        }
    }

    /** All of the package anew but the types that are shared with the test. */
    @Override
    protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PACKAGE) || SHARED.contains(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            final Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }
    }

    private Class<?> define(final String name) throws ClassNotFoundException {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            final byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
