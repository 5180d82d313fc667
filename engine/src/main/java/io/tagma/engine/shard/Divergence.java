package io.tagma.engine.shard;

/**
 * The first place where a replay and its journal disagree. Immutable.
 *
 * @param shard the shard
 * @param sequence the input whose outcome differs
 * @param what decision, state hash or fault
 * @param journaled what the journal says
 * @param replayed what the replay made of it
 * @param agreed the last sequence whose journaled state hash the replay agreed with, 0 for none: what went wrong did so behind it
 */
public record Divergence(int shard, long sequence, String what, String journaled, String replayed, long agreed) {
    @Override
    public String toString() {
        return "shard " + shard + ", sequence " + sequence + ": " + what + " was " + journaled + ", replay gives "
                + replayed + (agreed == sequence - 1 ? "" : "; the states agreed after " + agreed);
    }
}
