package io.tagma.engine.shard;

/**
 * The first place where a replay and its journal disagree. Immutable.
 *
 * @param shard the shard
 * @param sequence the input whose outcome differs
 * @param what decision, state hash or fault
 * @param journaled what the journal says
 * @param replayed what the replay made of it
 */
public record Divergence(int shard, long sequence, String what, String journaled, String replayed) {
    @Override
    public String toString() {
        return "shard " + shard + ", sequence " + sequence + ": " + what + " was " + journaled + ", replay gives "
                + replayed;
    }
}
