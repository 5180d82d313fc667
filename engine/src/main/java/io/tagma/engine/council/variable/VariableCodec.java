package io.tagma.engine.council.variable;

import io.tagma.store.SnapshotReader;
import io.tagma.store.SnapshotWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** How variables lie in a snapshot: values untagged, their types being those of the specifications. Stateless. */
final class VariableCodec {
    private static final int MARK = 0x0c30;

    void begin(final SnapshotWriter target, final int variables) {
        target.mark(MARK);
        target.putInt(variables);
    }

    void expect(final SnapshotReader source, final int variables) {
        source.expect(MARK);
        final int found = source.getInt();
        if (found != variables) {
            throw new IllegalArgumentException(
                    "the snapshot holds " + found + " variables, there are " + variables + ": define the same ones");
        }
    }

    void putVariable(final SnapshotWriter target, final Variable variable) {
        final List<VariableVersion> history = variable.history();
        target.putText(variable.spec().name());
        target.putInt(history.size());
        for (final VariableVersion version : history) {
            target.putLong(version.version());
            target.putLong(version.sequence());
            target.putInt(version.by());
            target.putLong(version.proposal());
            putValue(target, version.value());
        }
    }

    void getVariable(final SnapshotReader source, final Variable variable) {
        final String name = source.getText();
        if (!name.equals(variable.spec().name())) {
            throw new IllegalArgumentException("the snapshot holds variable '" + name + "' where '"
                    + variable.spec().name() + "' is defined: define the same ones in the same order");
        }
        variable.forget();
        final int count = source.getInt();
        for (int i = 0; i < count; i++) {
            final long version = source.getLong();
            final long sequence = source.getLong();
            final int by = source.getInt();
            final long proposal = source.getLong();
            variable.become(new VariableVersion(version, sequence, getValue(source, variable.spec()), by, proposal));
        }
    }

    void putProposal(final SnapshotWriter target, final VariableProposal proposal) {
        target.putText(proposal.variable().spec().name());
        target.putLong(proposal.number());
        target.putInt(proposal.by());
        target.putLong(proposal.baseVersion());
        target.putLong(proposal.applyAt());
        putValue(target, proposal.value());
        putVoters(target, proposal.agreed());
        putVoters(target, proposal.dissent());
    }

    VariableProposal getProposal(final SnapshotReader source, final Function<String, Variable> variables) {
        final Variable variable = variables.apply(source.getText());
        final long number = source.getLong();
        final int by = source.getInt();
        final long baseVersion = source.getLong();
        final long applyAt = source.getLong();
        final VariableValue value = getValue(source, variable.spec());
        final VariableProposal proposal = new VariableProposal(number, variable, value, by, baseVersion, applyAt);
        for (int i = source.getInt(); i > 0; i--) {
            proposal.vote(source.getInt(), true);
        }
        for (int i = source.getInt(); i > 0; i--) {
            proposal.vote(source.getInt(), false);
        }
        return proposal;
    }

    private static void putVoters(final SnapshotWriter target, final List<Integer> voters) {
        target.putInt(voters.size());
        voters.forEach(target::putInt);
    }

    private static void putValue(final SnapshotWriter target, final VariableValue value) {
        switch (value) {
            case VariableValue.Real x -> target.putLong(Double.doubleToRawLongBits(x.value()));
            case VariableValue.Whole x -> target.putLong(x.value());
            case VariableValue.Flag x -> target.putInt(x.value() ? 1 : 0);
            case VariableValue.Category x -> target.putText(x.value());
            case VariableValue.Composite composite -> composite.parts().forEach(part -> putValue(target, part));
        }
    }

    private static VariableValue getValue(final SnapshotReader source, final VariableSpec spec) {
        final VariableValue value = switch (spec) {
            case VariableSpec.Real real -> VariableValue.of(Double.longBitsToDouble(source.getLong()));
            case VariableSpec.Whole whole -> VariableValue.of(source.getLong());
            case VariableSpec.Flag flag -> VariableValue.of(source.getInt() != 0);
            case VariableSpec.Category category -> VariableValue.of(source.getText());
            case VariableSpec.Composite composite -> {
                final List<VariableValue> parts = new ArrayList<>();
                composite.parts().forEach(part -> parts.add(getValue(source, part)));
                yield new VariableValue.Composite(parts);
            }
        };
        final VariableAnswer fits = spec.check(value);
        if (!fits.ok()) {
            throw new IllegalArgumentException(
                    "the snapshot holds a value that is not allowed any more: " + fits.reason());
        }
        return value;
    }
}
