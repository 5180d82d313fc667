package io.tagma.engine.profile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is believed of a subject as named variables, each with a value from -1 to 1 around a neutral 0 and a confidence from 0 to 1.
 * Reinforcement moves a variable, carries its synergists along by half and pushes its antagonists back by half; without it
 * values and confidence decay. Every change is a function of the calls, bit for bit. Owned by one thread.
 */
public final class BehaviourVariables {
    /** Share of an observation that a reinforcement moves a value by, what it adds to the confidence, and the step of a neutralisation. */
    public static final float STEP = 0.1f;

    private static final float COMPANION = 0.5f;
    private static final int MOST_UNDO = 64;
    private static final int MOST_AUDIT = 1024;
    private static final float TOLERANCE = 1e-6f; // 0.1 taken off ten times leaves a little

    private final Map<String, State> states = new TreeMap<>();
    private final Map<String, Definition> definitions = new HashMap<>();
    private final Deque<Map<String, State>> undo = new ArrayDeque<>();
    private final Deque<Audit> audit = new ArrayDeque<>();

    /**
     * One variable's nature.
     *
     * @param halfLifeNs after which value and confidence are half, greater than 0
     * @param synergists variables that move along
     * @param antagonists variables that move against
     */
    public record Definition(long halfLifeNs, List<String> synergists, List<String> antagonists) {
        /** Checks and copies. */
        public Definition {
            if (halfLifeNs <= 0) {
                throw new IllegalArgumentException("a half-life is greater than 0: " + halfLifeNs);
            }
            synergists = List.copyOf(synergists);
            antagonists = List.copyOf(antagonists);
        }
    }

    /**
     * One variable as it is.
     *
     * @param value -1 to 1
     * @param confidence 0 to 1
     * @param timeNs when it was so
     */
    public record State(float value, float confidence, long timeNs) {}

    /**
     * One neutralisation, or the undoing of one.
     *
     * @param timeNs when
     * @param who gave it
     * @param why it was given
     * @param names of the variables
     * @param what was done, or why it was refused
     */
    public record Audit(long timeNs, String who, String why, List<String> names, String what) {}

    /** Makes a variable known; it is there once it is reinforced. */
    public BehaviourVariables define(final String name, final Definition definition) {
        definitions.put(name, definition);
        return this;
    }

    /**
     * Reinforces a variable: its value moves by 0.1 v, its confidence by 0.1, both capped.
     *
     * @param v what was observed, -1 to 1
     * @throws IllegalArgumentException when the variable is not defined, or v is out of range
     */
    public void reinforce(final String name, final float v, final long timeNs) {
        final Definition definition = definitions.get(name);
        if (definition == null) {
            throw new IllegalArgumentException(
                    "no variable '" + name + "' is defined; there are: " + new TreeMap<>(definitions).keySet());
        }
        if (!(v >= -1 && v <= 1)) {
            throw new IllegalArgumentException("an observation of '" + name + "' is from -1 to 1: " + v);
        }
        move(name, STEP * v, STEP, timeNs);
        definition.synergists().forEach(other -> companion(other, COMPANION * STEP * v, timeNs));
        definition.antagonists().forEach(other -> companion(other, -COMPANION * STEP * v, timeNs));
    }

    private void companion(final String name, final float by, final long timeNs) {
        if (states.containsKey(name)) {
            move(name, by, 0f, timeNs);
        }
    }

    private void move(final String name, final float by, final float confidence, final long timeNs) {
        final State now = decayed(name, timeNs);
        states.put(
                name,
                new State(
                        Math.clamp(now.value() + by, -1f, 1f),
                        Math.clamp(now.confidence() + confidence, 0f, 1f),
                        Math.max(timeNs, now.timeNs())));
    }

    private State decayed(final String name, final long timeNs) {
        final State last = states.get(name);
        final Definition definition = definitions.get(name);
        if (last == null || definition == null) {
            return last == null ? new State(0, 0, timeNs) : last;
        }
        final double age = Math.max(0, timeNs - last.timeNs());
        // StrictMath: the same bits on every machine
        final float left = (float) StrictMath.pow(0.5, age / definition.halfLifeNs());
        return new State(last.value() * left, last.confidence() * left, Math.max(timeNs, last.timeNs()));
    }

    /** A variable at a time not before its last change; null where there is none. */
    public @Nullable State get(final String name, final long timeNs) {
        return states.containsKey(name) ? decayed(name, timeNs) : null;
    }

    /**
     * Brings variables one step of 0.1 nearer to neutral and drops those that are below 0.1 then; all or, when one does not exist,
     * none.
     *
     * @throws IllegalArgumentException that names what does not exist; also that is audited
     */
    public void neutralise(final List<String> names, final long timeNs, final String who, final String why) {
        final List<String> missing =
                names.stream().filter(name -> !states.containsKey(name)).toList();
        if (!missing.isEmpty() || names.isEmpty()) {
            final String refusal = names.isEmpty()
                    ? "name the variables to neutralise; there are: " + states.keySet()
                    : "no variable " + missing + " to neutralise; there are: " + states.keySet();
            audited(new Audit(timeNs, who, why, List.copyOf(names), "REFUSED: " + refusal));
            throw new IllegalArgumentException(refusal);
        }
        undo.addLast(new TreeMap<>(states));
        if (undo.size() > MOST_UNDO) {
            undo.removeFirst();
        }
        for (final String name : names) {
            final State now = decayed(name, timeNs);
            final float left = nearer(now.value());
            if (left == 0) {
                states.remove(name);
            } else {
                states.put(name, new State(left, now.confidence(), now.timeNs()));
            }
        }
        audited(new Audit(timeNs, who, why, List.copyOf(names), "neutralised by " + STEP));
    }

    /** A value one step of {@value #STEP} nearer to 0, and 0 where less than a step would be left. */
    public static float nearer(final float value) {
        final float size = Math.abs(value) - STEP;
        return size < STEP - TOLERANCE ? 0f : Math.copySign(size, value);
    }

    /**
     * Takes the last neutralisation back: the variables are as they were before it.
     *
     * @throws IllegalArgumentException when there is none
     */
    public void undo(final long timeNs, final String who, final String why) {
        final Map<String, State> before = undo.pollLast();
        if (before == null) {
            throw new IllegalArgumentException("nothing to undo");
        }
        states.clear();
        states.putAll(before);
        audited(new Audit(timeNs, who, why, List.copyOf(before.keySet()), "undone"));
    }

    private void audited(final Audit one) {
        audit.addLast(one);
        if (audit.size() > MOST_AUDIT) {
            audit.removeFirst();
        }
    }

    /** Names of the variables there are. */
    public List<String> names() {
        return List.copyOf(states.keySet());
    }

    /** The newest 1,024 neutralisations, refusals and undoings. */
    public List<Audit> audit() {
        return new ArrayList<>(audit);
    }
}
