package io.tagma.engine.agent;

/** An agent on a ring and a thread of its own: it may block, hang or die, and costs nobody else anything. Owned by that thread. */
@FunctionalInterface
public interface IsolatedAgent {
    /**
     * Does what it is asked; the request is valid during the call.
     *
     * @param reply is filled; empty at first
     * @throws Exception where it cannot: the asker is told that it failed, and the agent is made anew
     */
    void handle(Request request, IsolatedReply reply) throws Exception;
}
