package io.tagma.engine.council.variable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A variable's current value in plain fields, and the versions before it. Owned by one thread: who holds it reads a field. Of
 * the getters the one of its type says the value; the others are 0, false or empty. A composite is read through its parts.
 */
public final class Variable {
    private final VariableSpec spec;
    private final int versionsKept;
    private final List<Variable> parts = new ArrayList<>();
    private final Deque<VariableVersion> versions = new ArrayDeque<>();
    private double real;
    private long whole;
    private boolean flag;
    private String category = "";

    Variable(final VariableSpec spec, final int versionsKept) {
        this.spec = spec;
        this.versionsKept = versionsKept;
        if (spec instanceof VariableSpec.Composite composite) {
            composite.parts().forEach(part -> parts.add(new Variable(part, 1)));
        }
        become(new VariableVersion(0, 0, spec.standard(), VariableVersion.NOBODY, 0));
    }

    /** The value of a {@link VariableSpec.Real}. */
    public double real() {
        return real;
    }

    /** The value of a {@link VariableSpec.Whole}. */
    public long whole() {
        return whole;
    }

    /** The value of a {@link VariableSpec.Flag}. */
    public boolean flag() {
        return flag;
    }

    /** The value of a {@link VariableSpec.Category}. */
    public String category() {
        return category;
    }

    /** A part of a composite, e.g. to be held by who reads it often; it stays the same object. */
    public Variable part(final String name) {
        for (final Variable part : parts) {
            if (part.spec.name().equals(name)) {
                return part;
            }
        }
        throw new NoSuchElementException(spec.name() + " has no part '" + name + "'");
    }

    /** What it may be. */
    public VariableSpec spec() {
        return spec;
    }

    /** The current version. */
    public VariableVersion version() {
        return versions.getLast();
    }

    /** The versions that are kept, the oldest first, the current one last. */
    public List<VariableVersion> history() {
        return Collections.unmodifiableList(new ArrayList<>(versions));
    }

    @Nullable
    VariableVersion kept(final long version) {
        for (final VariableVersion kept : versions) {
            if (kept.version() == version) {
                return kept;
            }
        }
        return null;
    }

    void forget() {
        versions.clear();
    }

    void become(final VariableVersion version) {
        if (versions.size() == versionsKept) {
            versions.removeFirst();
        }
        versions.addLast(version);
        show(version.value(), version);
    }

    private void show(final VariableValue value, final VariableVersion version) {
        switch (value) {
            case VariableValue.Real x -> real = x.value();
            case VariableValue.Whole x -> whole = x.value();
            case VariableValue.Flag x -> flag = x.value();
            case VariableValue.Category x -> category = x.value();
            case VariableValue.Composite composite -> {
                for (int i = 0; i < parts.size(); i++) {
                    parts.get(i)
                            .become(new VariableVersion(
                                    version.version(),
                                    version.sequence(),
                                    composite.parts().get(i),
                                    version.by(),
                                    version.proposal()));
                }
            }
        }
    }
}
