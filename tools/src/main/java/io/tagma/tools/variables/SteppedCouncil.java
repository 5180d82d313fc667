package io.tagma.tools.variables;

import io.tagma.engine.Engine;
import io.tagma.engine.VariableCouncil;
import io.tagma.engine.observe.CouncilMXBean;
import java.util.List;
import java.util.Map;

/** The council of an engine that this thread launched and steps itself. */
record SteppedCouncil(Engine engine) implements CouncilMXBean {
    private VariableCouncil council() {
        return engine.variables();
    }

    @Override
    public String getDirectory() {
        return council().getDirectory();
    }

    @Override
    public List<Map<String, String>> getVariables() {
        return council().getVariables();
    }

    @Override
    public long getVotes() {
        return council().getVotes();
    }

    @Override
    public long getDissent() {
        return council().getDissent();
    }

    @Override
    public long getApplied() {
        return council().getApplied();
    }

    @Override
    public long getRejected() {
        return council().getRejected();
    }

    @Override
    public long getRefused() {
        return council().getRefused();
    }

    @Override
    public int getOpen() {
        return council().getOpen();
    }

    @Override
    public List<Map<String, String>> history(final String name) {
        return council().history(name);
    }

    @Override
    public Map<String, String> propose(final String who, final String why, final String name, final String value) {
        return VariableCouncil.describe(council().propose(who, why, name, value, engine::step));
    }

    @Override
    public Map<String, String> rollback(final String who, final String why, final String name, final long version) {
        return VariableCouncil.describe(council().rollback(who, why, name, version, engine::step));
    }
}
